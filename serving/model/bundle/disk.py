"""Saves a bundle as a folder, and loads one only when every hash matches."""

import os
from pathlib import Path

from features.errors import BundleError
from serving.model.bundle import manifest
from serving.model.bundle.files import from_files, to_files
from serving.model.bundle.model import ModelBundle


def identity(bundle: ModelBundle) -> str:
    """The SHA-256 the bundle has once saved."""
    return manifest.sha256(manifest.make(to_files(bundle)))


def save(bundle: ModelBundle, folder: Path) -> str:
    """Writes the bundle into an empty or new folder; returns its SHA-256.

    Raises:
        BundleError: the folder holds something already.

    Example:
        With a `ModelBundle` and a new `folder`:

        >>> sha256 = save(bundle, folder)
        >>> sorted(path.name for path in folder.iterdir())[-3:]
        ['reasons', 'reference.parquet', 'spec.json']
        >>> load(folder, expect=sha256).spec == bundle.spec
        True
    """
    if folder.exists() and any(folder.iterdir()):
        raise BundleError(f"{folder} is not empty; a bundle is written into a folder of its own")
    files = to_files(bundle)
    listing = manifest.make(files)
    for name, content in {**files, manifest.MANIFEST: listing}.items():
        write_durably(folder / name, content)
    return manifest.sha256(listing)


def load(folder: Path, expect: str | None = None) -> ModelBundle:
    """Reads a bundle after checking every file against the manifest, on the very bytes that are then used.

    Args:
        folder: what `save` wrote.
        expect: the SHA-256 that the bundle must have; None when any will do.

    Raises:
        BundleError: names the missing, extra or altered file, the expected and the found hash.
    """
    if not folder.is_dir():
        raise BundleError(f"no bundle at {folder}")
    files = _read(folder)
    listing = files.pop(manifest.MANIFEST, None)
    if listing is None:
        raise BundleError(f"bundle {folder} is refused: {manifest.MANIFEST} is missing")
    manifest.verify(str(folder), listing, files, expect)
    return from_files(files)


def write_durably(path: Path, content: bytes) -> None:
    """Writes a file and waits until the disk has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())


def _read(folder: Path) -> dict[str, bytes]:
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise BundleError(f"bundle {folder} is refused: {path.relative_to(folder)} is a link")
        if path.is_file():
            files[path.relative_to(folder).as_posix()] = path.read_bytes()
    return files
