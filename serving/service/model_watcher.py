"""Watches the champion pointer and swaps the model in use while requests go on."""

import gc
import logging
import threading
import time
from dataclasses import dataclass

from features.errors import HeadroomError
from features.store import AccountStore
from serving.advice.adviser import Adviser, adviser_or_none
from serving.decision.engine import DecisionEngine
from serving.decision.policy import LoadedPolicy
from serving.model.bundle import BundleStore, ModelBundle, Pointer
from serving.model.reasons import explain
from serving.model.scorer import Scorer
from serving.service.account_loader import AccountLoader
from serving.service.http.rows import RowReader
from serving.service.settings import Settings

LOG = logging.getLogger("headroom.serving")
RETRY_SECONDS = 5.0


@dataclass(frozen=True)
class LoadedModel:
    """Everything that belongs to one bundle, swapped as one.

    Attributes:
        pointer: the champion pointer that names it.
        bundle: verified.
        engine: decides with it.
        reader: validates rows against its features.
        accounts: reads stored accounts for it.
        adviser: advises on them; None when the model reads other columns, and `accounts` refuses all.
    """

    pointer: Pointer
    bundle: ModelBundle
    engine: DecisionEngine
    reader: RowReader
    accounts: AccountLoader
    adviser: Adviser | None


class ModelWatcher:
    """Serves the champion of one configuration.

    Attributes:
        account_store: of the accounts, whatever the model.
        load_error: why the present champion is not in use, `` when it is.
    """

    def __init__(self, settings: Settings, policy: LoadedPolicy) -> None:
        self._settings, self._policy = settings, policy
        self._bundles = BundleStore(settings.bundles_folder)
        self._path = self._bundles.pointer_path(settings.config)
        self.account_store = AccountStore(settings.store_url)
        self._feed_rules = settings.load_feed_rules()
        self._lock = threading.Lock()
        self._model: LoadedModel | None = None
        self._loaded_stamp: int | None = None
        self._next_check = 0.0
        self._next_retry = 0.0
        self.load_error = ""
        self.refresh()

    def current(self) -> LoadedModel | None:
        """The model in use; a change of the pointer is noticed here and loaded in the background."""
        now = time.monotonic()
        if now >= self._next_check:
            self._next_check = now + self._settings.watch_seconds
            if self._changed(now) and not self._lock.locked():
                threading.Thread(target=self.refresh, name="headroom-champion", daemon=True).start()
        return self._model

    def refresh(self) -> None:
        """Loads what the pointer names; a bundle that is refused leaves the one in use untouched."""
        with self._lock:
            self._loaded_stamp = self._stamp()
            self._next_retry = time.monotonic() + RETRY_SECONDS
            try:
                self._swap(self._bundles.champion(self._settings.config))
            except HeadroomError as error:
                self.load_error = str(error)
                LOG.error("champion refused: %s", error)
            except Exception as error:
                self.load_error = f"the champion cannot be loaded: {type(error).__name__}"
                LOG.error("champion not loaded: %s", type(error).__name__)

    def _changed(self, now: float) -> bool:
        return self._stamp() != self._loaded_stamp or (bool(self.load_error) and now >= self._next_retry)

    def _stamp(self) -> int | None:
        try:
            return self._path.stat().st_mtime_ns
        except OSError:
            return None

    def _swap(self, pointer: Pointer | None) -> None:
        config = self._settings.config
        if pointer is None:
            self.load_error = (
                f"there is no champion for {config!r} yet: `make train CONFIG={config}` makes one"
            )
            return
        if self._model is None or self._model.pointer != pointer:
            self._model = self._load(pointer)
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            LOG.info("serving %s version %s, bundle %s", config, pointer.version, pointer.sha256)
        self.load_error = ""

    def _load(self, pointer: Pointer) -> LoadedModel:
        bundle = self._bundles.load(pointer.sha256)
        explain.warm(bundle.reasons)
        engine = DecisionEngine(Scorer(bundle), pointer.sha256, self._policy)
        absent = dict.fromkeys(bundle.spec.catalogue.names)
        engine.predict([absent])
        reader = RowReader(bundle.spec, self._settings.max_rows)
        policy, store = self._policy.policy, self.account_store
        accounts = AccountLoader(bundle, policy, store, rules=self._feed_rules)
        return LoadedModel(pointer, bundle, engine, reader, accounts, adviser_or_none(engine))
