"""The nearest known name, for messages about a misspelt one."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """The known name nearest to a misspelt one; None when none is near.

    >>> nearest_name("amout", ["amount", "category"])
    'amount'
    """
    folded = {text.casefold(): text for text in known}
    close = get_close_matches(name.casefold(), folded, n=1, cutoff=0.5)
    return folded[close[0]] if close else None


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of a message: the known name nearest to a misspelt one, or all of them when none is near.

    >>> nearest("amout", ["amount", "category"])
    "nearest: 'amount'"
    >>> nearest("dpd", ["amount", "category"])
    'known: amount, category'
    """
    names = list(known)
    found = nearest_name(name, names)
    return f"known: {', '.join(names)}" if found is None else f"nearest: {found!r}"
