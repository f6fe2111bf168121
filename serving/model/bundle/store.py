"""The store of published bundles, named by their hash, and the champion pointer of each configuration."""

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import msgspec

from features import paths
from features.errors import BundleError, ConfigError
from serving.model.bundle.disk import load, save, write_durably
from serving.model.bundle.model import ModelBundle

NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
SHA = re.compile(r"^[0-9a-f]{64}$")


@dataclass(frozen=True)
class Pointer:
    """Which bundle is champion.

    Attributes:
        config: name of the training configuration.
        sha256: the bundle.
        version: version in the model registry.
        promoted_at: UTC, ISO 8601.
    """

    config: str
    sha256: str
    version: int
    promoted_at: str


@dataclass(frozen=True)
class BundleStore:
    """A folder: `<sha256>/` for each bundle, `champions/<config>.json` for each pointer.

    Attributes:
        root: the folder; None means `var/bundles`.
    """

    root: Path | None = None

    @property
    def folder(self) -> Path:
        """Where the bundles stand."""
        return paths.var() / "bundles" if self.root is None else self.root

    def publish(self, bundle: ModelBundle) -> str:
        """Stores a bundle under its SHA-256; a damaged one of that name is set aside first."""
        fresh = self.folder / f".new-{uuid4().hex}"
        sha = save(bundle, fresh)
        target = self.folder / sha
        if target.exists() and not self._intact(sha):
            target.rename(self.folder / f".damaged-{uuid4().hex}")
        try:
            fresh.rename(target)
        except OSError:
            shutil.rmtree(fresh)
            if not target.exists():
                raise
        return sha

    def promote(self, config: str, sha256: str, version: int) -> Pointer:
        """Makes a published bundle the champion of a configuration, in one atomic step.

        Raises:
            BundleError: no intact bundle of that hash is published.
            ConfigError: the name cannot be a file name.
        """
        self.load(sha256)
        pointer = Pointer(config, sha256, version, datetime.now(UTC).isoformat(timespec="seconds"))
        path = self.pointer_path(config)
        fresh = path.with_name(f".{path.name}-{uuid4().hex}")
        write_durably(fresh, msgspec.json.format(msgspec.json.encode(pointer), indent=1) + b"\n")
        fresh.replace(path)
        return pointer

    def champion(self, config: str) -> Pointer | None:
        """The champion of a configuration, None when there is none yet.

        Raises:
            BundleError: the pointer file is damaged.
        """
        path = self.pointer_path(config)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            pointer = msgspec.json.decode(content, type=Pointer)
        except msgspec.MsgspecError as error:
            raise BundleError(f"champion pointer {path} cannot be read: {error}") from error
        if pointer.config != config:
            raise BundleError(f"champion pointer {path} is for {pointer.config!r}, not for {config!r}")
        return pointer

    def load(self, sha256: str) -> ModelBundle:
        """A published bundle, verified against its name.

        Raises:
            BundleError: it is not there, or not what its name says.
        """
        if not SHA.match(sha256):
            raise BundleError(f"{sha256!r} is not the SHA-256 of a bundle")
        return load(self.folder / sha256, sha256)

    def list(self) -> tuple[str, ...]:
        """SHA-256 of every published bundle, sorted."""
        if not self.folder.is_dir():
            return ()
        return tuple(sorted(path.name for path in self.folder.iterdir() if SHA.match(path.name)))

    def pointer_path(self, config: str) -> Path:
        """The pointer file of a configuration; its change is what the service watches."""
        if not NAME.match(config):
            raise ConfigError(f"configuration {config!r}: letters, digits, - and _ only")
        return self.folder / "champions" / f"{config}.json"

    def _intact(self, sha256: str) -> bool:
        try:
            self.load(sha256)
        except BundleError:
            return False
        return True
