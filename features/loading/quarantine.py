"""Counts of the rows that were set aside, by table and rule."""

from pathlib import Path

import polars as pl

Broken = dict[tuple[str, str], int]
"""Rows by (table, rule), the rule as `column: rule`; a row that breaks two rules counts under both."""


def counts_by_rule(folder: Path) -> Broken:
    """Rows set aside under `<folder>/<table>/*.parquet`, by table and rule; empty when there are none."""
    found: Broken = {}
    for path in sorted(folder.glob("*/*.parquet")):
        rules = pl.read_parquet(path, columns=["broken_rules"])["broken_rules"].str.split("; ").explode()
        for rule, n in rules.value_counts().sort("broken_rules").iter_rows():
            key = (path.parent.name, str(rule))
            found[key] = found.get(key, 0) + int(n)
    return found
