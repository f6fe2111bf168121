"""Which process a running training belongs to: a lock that the system releases when the process ends."""

import fcntl
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import uuid4

from features.paths import var

ATTEMPTS = 20
PAUSE_SECONDS = 0.1


@dataclass(frozen=True)
class Owner:
    """A held lock.

    Attributes:
        token: its name, stated in the run's tag.
        handle: the locked file; closing it releases the lock.
    """

    token: str
    handle: IO[str]

    @staticmethod
    def new() -> "Owner":
        """A lock of this process under a new name."""
        owner = Owner.claim(uuid4().hex, create=True)
        assert owner is not None
        return owner

    @staticmethod
    def claim(token: str, *, create: bool = False) -> "Owner | None":
        """The lock of that name; None while another process holds it, or when it was made elsewhere."""
        path = _path(token)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = path.open("w" if create else "r+")
        except OSError:
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            return None
        return Owner(token, handle)

    @staticmethod
    def claim_soon(token: str) -> "Owner | None":
        """As `claim`, repeated: another process holds the lock for a moment while it marks a run."""
        for _ in range(ATTEMPTS):
            owner = Owner.claim(token)
            if owner is not None or not _path(token).exists():
                return owner
            time.sleep(PAUSE_SECONDS)
        return None

    def release(self, *, keep: bool) -> None:
        """Releases the lock; its file stays when the run may be resumed."""
        if not keep:
            _path(self.token).unlink(missing_ok=True)
        self.handle.close()


def _path(token: str) -> Path:
    return var() / "mlflow" / "owners" / f"{token}.lock"
