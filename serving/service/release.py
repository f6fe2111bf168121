"""A hash of the code that decides: the two packages that take part in a decision."""

import hashlib
from functools import cache

from features.paths import ROOT

PACKAGES = ("features", "serving")
SUFFIXES = (".py", ".toml")


@cache
def code_sha256() -> str:
    """SHA-256 over path and content of every source and settings file, the same in a Bento."""
    digest = hashlib.sha256()
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.suffix in SUFFIXES]
    for path in sorted(files):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(ROOT).as_posix()} {content}\n".encode())
    return digest.hexdigest()
