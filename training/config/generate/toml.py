"""TOML text: the standard library reads it and does not write it."""

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence

WIDTH = 100
BARE = re.compile(r"[A-Za-z0-9_-]+")
Value = str | int | float | bool | Sequence["Value"] | Mapping[str, "Value"]


def key(name: str) -> str:
    """A key, quoted where TOML asks for it.

    >>> key("income"), key("default.payment")
    ('income', '"default.payment"')
    """
    return name if BARE.fullmatch(name) else value(name)


def value(given: Value) -> str:
    """A value on one line.

    >>> value({"kind": "number", "missing": [-9, "NA"]})
    '{ kind = "number", missing = [-9, "NA"] }'
    """
    if isinstance(given, str):
        return json.dumps(given, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, int | float):
        return repr(given)
    if isinstance(given, Mapping):
        inner = ", ".join(f"{key(name)} = {value(item)}" for name, item in given.items())
        return f"{{ {inner} }}" if inner else "{}"
    return f"[{', '.join(value(item) for item in given)}]"


def comment(text: str) -> str:
    """A comment on one line, without the control characters that TOML forbids."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return f"# {' '.join(plain.split())}"


def comments(text: str) -> Iterator[str]:
    """A text as lines of comments."""
    return (comment(part) for part in textwrap.wrap(text, WIDTH))


def line(name: str, given: Value, told: str = "") -> str:
    """A setting with a comment that says why.

    >>> line("bad", [1], "the rarer value")
    'bad = [1]  # the rarer value'
    """
    text = f"{key(name)} = {value(given)}"
    return f"{text}  {comment(told)}" if told else text
