"""Loads the facts of a stored account as of a moment, for a decision."""

import time
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from features.definitions import PORTFOLIO
from features.engine import FeatureSet, build_live, warm_up
from features.engine.consent import consented
from features.errors import DataError, RequestError
from features.store import AccountStore
from features.store.schema import STATE
from features.tables import Tables
from serving.decision.inputs import decision_features
from serving.decision.policy import Policy
from serving.decision.types import CURRENT_LIMIT, OPTED_OUT, Case
from serving.model.bundle import ModelBundle
from serving.model.encoder import Value

FRESH_SECONDS = 1.0
"""How long the store's watermark is taken as read before it is looked up again."""


class AccountLoader:
    """Reads accounts of the account store for one model and policy.

    A model of other columns, or of another data set, has no accounts here, and every request is refused.
    """

    def __init__(self, bundle: ModelBundle, policy: Policy, store: AccountStore) -> None:
        self._store = store
        self._config = bundle.spec.info.config
        self._features = _features(bundle, policy)
        if self._features is not None:
            warm_up(self._features)
        self._dataset = _dataset(bundle)
        self._watermark: tuple[datetime | None, float] = (None, 0.0)

    def case(self, account_id: int, as_of: datetime | None, *, opted_out: bool) -> Case:
        """What a decision reads of an account.

        Args:
            account_id: the account.
            as_of: the moment; None is the latest moment that the store knows anything of.
            opted_out: whether the person has opted out of automatic decisions.

        Raises:
            RequestError: the model has no stored accounts, the account is unknown, or the moment lies
                outside of what the store knows.
        """
        features, moment = self._moment(as_of)
        tables = self._known_rows(account_id, moment)
        values = self._values(tables, account_id, moment, features)
        facts = {name: values[name] for name in features.catalogue.names}
        linked = tuple(sorted(consented(tables, account_id, moment)))
        return Case(account_id, moment, {**facts, OPTED_OUT: float(opted_out)}, linked)

    def tables(self, account_id: int, as_of: datetime | None) -> tuple[Tables, datetime]:
        """One account's rows as known at a moment, and the moment.

        Args:
            account_id: the account.
            as_of: the moment; None is the latest moment that the store knows anything of.

        Raises:
            RequestError: as `case` does.
        """
        features, moment = self._moment(as_of)
        tables = self._known_rows(account_id, moment)
        self._values(tables, account_id, moment, features)
        return tables, moment

    def _moment(self, as_of: datetime | None) -> tuple[FeatureSet, datetime]:
        if self._features is None:
            raise _conflict(f"the model {self._config!r} reads columns of its own file, no stored accounts")
        latest = self._latest()
        moment = latest if as_of is None else as_of
        if moment > latest:
            raise RequestError(
                f"as_of lies after {latest.isoformat()}, the latest moment that the store knows anything of",
                field="as_of",
                status=422,
            )
        return self._features, moment

    def _known_rows(self, account_id: int, moment: datetime) -> Tables:
        try:
            return self._store.tables(account_id, moment)
        except DataError:
            if self._store.has(account_id):
                raise
            raise RequestError("no such account is stored", field="account_id", status=404) from None

    def _values(
        self, tables: Tables, account_id: int, moment: datetime, features: FeatureSet
    ) -> dict[str, Value]:
        values = build_live(tables, account_id, moment, features).frame.row(0, named=True)
        if values[CURRENT_LIMIT] is None:
            raise RequestError("the account had no limit at that moment", field="as_of", status=422)
        return values

    def _latest(self) -> datetime:
        """The latest moment that the store knows anything of, looked up once a second."""
        moment, until = self._watermark
        if moment is None or time.monotonic() > until:
            self._check_dataset()
            moment = self._store.watermark()
            self._watermark = moment, time.monotonic() + FRESH_SECONDS
        return moment

    def _check_dataset(self) -> None:
        """The model must have been trained on the data set whose accounts are stored."""
        try:
            with self._store.engine.connect() as connection:
                query = select(STATE.c.value).where(STATE.c.key == "dataset")
                stored = connection.execute(query).scalar()
        except SQLAlchemyError as error:
            raise DataError(f"the account store cannot be read: {type(error).__name__}") from error
        if stored is None:
            raise _conflict(f"no accounts are stored yet: `make ingest NAME={self._dataset}` loads them")
        if stored != self._dataset:
            raise _conflict(
                f"the model {self._config!r} was trained on {self._dataset!r}, the store holds {stored!r}: "
                f"`make ingest NAME={self._dataset} STORE=<another database URL>`, then serve with that STORE"
            )


def _features(bundle: ModelBundle, policy: Policy) -> FeatureSet | None:
    """The model's and the policy's features and the current limit; None when the model has others."""
    known = set(PORTFOLIO.catalogue.names)
    names = bundle.spec.catalogue.names
    if not known.issuperset(names):
        return None
    return decision_features(names, policy)


def _dataset(bundle: ModelBundle) -> str:
    """Name of the data set that the model was trained on, as its bundle states."""
    data = bundle.extra.get("data")
    return str(data.get("name", "")) if isinstance(data, dict) else ""


def _conflict(message: str) -> RequestError:
    return RequestError(f"{message}; /predict answers for rows of features", status=409)
