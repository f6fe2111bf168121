"""Published files: where they are expected, what to fetch when they are missing, and their fingerprints."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from features import paths
from features.errors import DataError

CHUNK = 1 << 20


@dataclass(frozen=True)
class Publication:
    """Something published that a person can fetch; the project itself ships no data.

    Attributes:
        name: folder name under `HEADROOM_DATA` or `var/data`.
        title: what it is called where it is published.
        publisher: who publishes it, and under which number or address.
        terms: under what terms it may be used.
    """

    name: str
    title: str
    publisher: str
    terms: str

    def file(self, file_name: str) -> Path:
        """The path of one of its files.

        Raises:
            DataError: it is not there; the message says what to fetch, from whom, and where to put it.
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
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while piece := handle.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()
