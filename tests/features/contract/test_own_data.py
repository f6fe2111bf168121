"""The page about own data lists the tables of the contract."""

from features.contract.registry import TABLES
from features.paths import ROOT
from features.sources.registry import LINKED


def test_every_table_is_listed_with_its_columns() -> None:
    """The table of a linked source may be left to its module; where it is listed, its columns are right."""
    page = (ROOT / "docs" / "own-data.md").read_text(encoding="utf-8")
    for name, table in TABLES.items():
        columns = [n + ("?" if c.nullable else "") for n, c in table.schema.columns().items()]
        listed = table.source not in LINKED or f"| `{name}` |" in page
        assert not listed or f"| `{name}` | {', '.join(columns)} |" in page, name
