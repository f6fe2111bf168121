"""The nearest known name, for messages about a misspelt one."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a message: the known name nearest to a misspelt one, or all of them when none is near.

    >>> nearest("amout", ["amount", "category"])
    "nearest: 'amount'"
    >>> nearest("dpd", ["amount", "category"])
    'known: amount, category'
    """
    folded = {text.casefold(): text for text in known}
    close = get_close_matches(name.casefold(), folded, n=1, cutoff=0.5)
    return f"nearest: {folded[close[0]]!r}" if close else f"known: {', '.join(folded.values())}"
