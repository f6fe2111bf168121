"""Published files: where they are expected, where to obtain them, and their SHA-256."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from features import paths
from features.errors import DataError

CHUNK = 1 << 20


@dataclass(frozen=True)
class Publication:
    """A published data set; the project itself ships no data.

    Attributes:
        name: folder name under `HEADROOM_DATA` or `var/data`.
        title: its title as published.
        publisher: who publishes it, with its number or address.
        terms: licence or terms of use.
    """

    name: str
    title: str
    publisher: str
    terms: str

    def file(self, file_name: str) -> Path:
        """The path of one of its files.

        Raises:
            DataError: it is missing; the message says what to fetch, from whom, and where to put it.
        """
        path = paths.raw(self.name) / file_name
        if not path.is_file():
            raise DataError(
                f"{path} is missing. Fetch “{self.title}” from {self.publisher} ({self.terms}). Then put "
                f"{file_name} into {paths.var() / 'data' / self.name}/, or set HEADROOM_DATA to the folder "
                f"that holds {self.name}/{file_name}"
            )
        return path


def sha256(path: Path) -> str:
    """SHA-256 of a file, read in chunks."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while piece := handle.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()
