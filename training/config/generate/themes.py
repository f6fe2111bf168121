"""Themes of the columns of a file: one a column, but one for columns that differ in a closing number."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

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


def themes_of(names: Sequence[str]) -> Mapping[str, str]:
    """The theme of each column.

    Columns such as `bill_1` to `bill_6` are one quantity at several moments, and as themes of their own each
    would be stated beside the others as if it were another reason. Anonymous names such as `V1` to `V28` say
    nothing of the kind.

    >>> dict(themes_of(["bill_1", "bill_2", "V1", "V2", "income"]))
    {'bill_1': 'bill', 'bill_2': 'bill', 'V1': 'V1', 'V2': 'V2', 'income': 'income'}
    """
    series: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if (found := SERIES.fullmatch(name)) and (stem := found["stem"].rstrip(" _-.")):
            series[stem].append(name)
    shared = {
        name: stem if stem not in names else f"{stem}_series"
        for stem, members in series.items()
        if len(members) > 1 and stem.casefold() not in MEANINGLESS
        for name in members
    }
    return {name: shared.get(name, name) for name in names}
