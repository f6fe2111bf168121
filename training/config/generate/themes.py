"""Themes of the columns of a file: one a column, or one for a series and for columns that move together."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

LIKE = "_like"
"""Ends the key of a theme of columns that rise and fall together."""
SERIES = re.compile(r"(?P<stem>.*\D)\d+")
MEANINGLESS = frozenset(
    [
        "column",
        "col",
        "var",
        "variable",
        "feature",
        "feat",
        "field",
        "attr",
        "attribute",
        "x",
        "v",
        "f",
        "a",
        "p",
    ]
)


def themes_of(names: Sequence[str], alike: Sequence[Sequence[str]] = ()) -> Mapping[str, str]:
    """The theme of each column.

    Columns such as `bill_1` to `bill_6` are one quantity at several moments, and as themes of their own each
    would be stated beside the others as if it were another reason; so would columns that move together.
    Anonymous names such as `V1` to `V28` say nothing of the kind.

    Args:
        names: of the columns.
        alike: groups of columns that rise and fall together.

    >>> dict(themes_of(["bill_1", "bill_2", "V1", "V2", "income"]))
    {'bill_1': 'bill', 'bill_2': 'bill', 'V1': 'V1', 'V2': 'V2', 'income': 'income'}
    >>> dict(themes_of(["limit", "late_may", "late_june"], [["late_may", "late_june"]]))
    {'limit': 'limit', 'late_may': 'late_may_like', 'late_june': 'late_may_like'}
    """
    series = _series(names)
    joined = _joined(names, [*series.values(), *alike])
    titles = {tuple(members): stem for stem, members in series.items()}
    found = {}
    for members in joined:
        title = titles.get(members, f"{members[0]}{LIKE}") if len(members) > 1 else members[0]
        free = title if len(members) == 1 or title not in names else f"{title}_series"
        found.update(dict.fromkeys(members, free))
    return {name: found[name] for name in names}


def _series(names: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Columns that differ in a closing number, by what they have in common."""
    series: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if (found := SERIES.fullmatch(name)) and (stem := found["stem"].rstrip(" _-.")):
            series[stem].append(name)
    return {
        stem: tuple(members)
        for stem, members in series.items()
        if len(members) > 1 and stem.casefold() not in MEANINGLESS
    }


def _joined(names: Sequence[str], groups: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """All columns in groups, those that share a column joined, in the order of the columns."""
    label = {name: name for name in names}
    for group in groups:
        old, new = {label[name] for name in group}, label[group[0]]
        label = {name: new if own in old else own for name, own in label.items()}
    return [tuple(name for name in names if label[name] == own) for own in dict.fromkeys(label.values())]
