"""Variants of the packaged policy."""

import re
from collections.abc import Collection

from serving.decision.policy import LoadedPolicy, packaged, parse


def with_rules(*kept: str, text: str | None = None) -> str:
    """The text of the packaged policy, or another, with these hard rules alone."""
    whole = packaged().text if text is None else text
    parts = re.split(r"(?=^\[\[rules\]\]|^# ---- tiers)", whole, flags=re.MULTILINE)
    return "".join(part for part in parts if not part.startswith("[[rules]]") or _code(part) in kept)


def changed(*pairs: tuple[str, str], rules: Collection[str] | None = None) -> LoadedPolicy:
    """The packaged policy with texts replaced; each must be there."""
    text = packaged().text if rules is None else with_rules(*rules)
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return parse(text)


def _code(part: str) -> str:
    found = re.search(r'code = "(H\d\d)"', part)
    assert found is not None
    return found[1]
