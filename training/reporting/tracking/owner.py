"""Which process a running training belongs to: a lock that the system releases when the process ends."""

import fcntl
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import uuid4

from features.paths import var


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
        if not (create or path.exists()):
            return None
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = path.open("w")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            return None
        return Owner(token, handle)

    def release(self, *, keep: bool) -> None:
        """Releases the lock; its file stays when the run may be resumed."""
        if not keep:
            _path(self.token).unlink(missing_ok=True)
        self.handle.close()


def has_ended(token: str) -> bool:
    """Whether the process that held the lock has ended; False for a lock made in another `var/`."""
    path = _path(token)
    if not token or not path.exists():
        return False
    with path.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


def _path(token: str) -> Path:
    return var() / "mlflow" / "owners" / f"{token}.lock"
