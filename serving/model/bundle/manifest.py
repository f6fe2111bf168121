"""The manifest: SHA-256 of every file. Its own SHA-256 names the bundle."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from features.errors import BundleError

MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """What a bundle consists of.

    Attributes:
        format: version of the layout.
        files: SHA-256 by path.
    """

    format: int
    files: Mapping[str, str]


def sha256(content: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(content).hexdigest()


def make(files: Mapping[str, bytes]) -> bytes:
    """The manifest of these files, the same bytes for the same files."""
    manifest = Manifest(FORMAT, {name: sha256(files[name]) for name in sorted(files)})
    return msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"), indent=1) + b"\n"


def verify(where: str, content: bytes, files: Mapping[str, bytes], expect: str | None) -> None:
    """Refuses a bundle whose files do not match its manifest.

    Args:
        where: the folder, for the message.
        content: bytes of the manifest.
        files: bytes of every other file found.
        expect: the SHA-256 the manifest must have, None when any will do.

    Raises:
        BundleError: names the first altered, missing or extra file with the expected and the found hash.
    """
    found = sha256(content)
    if expect is not None and found != expect:
        raise _refusal(where, MANIFEST, expect, found)
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as error:
        raise BundleError(f"bundle {where}: {MANIFEST} cannot be read: {error}") from error
    if manifest.format != FORMAT:
        raise BundleError(f"bundle {where}: format {manifest.format}, but this release reads {FORMAT}")
    for name in sorted({*manifest.files, *files}):
        listed = manifest.files.get(name, "no such file")
        present = sha256(files[name]) if name in files else "no such file"
        if listed != present:
            raise _refusal(where, name, listed, present)


def _refusal(where: str, name: str, expected: str, found: str) -> BundleError:
    return BundleError(
        f"bundle {where} is refused: {name}: expected {_named(expected)}, found {_named(found)}; "
        "the bundle was changed after it was published: publish it again from its training run"
    )


def _named(value: str) -> str:
    return f"SHA-256 {value}" if len(value) == 64 else value
