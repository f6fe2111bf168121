"""The page about own data lists the tables of the contract."""

from features.contract.registry import TABLES
from features.paths import ROOT


def test_every_table_is_listed_with_its_columns() -> None:
    page = (ROOT / "docs" / "own-data.md").read_text(encoding="utf-8")
    for name, table in TABLES.items():
        columns = [n + ("?" if c.nullable else "") for n, c in table.schema.columns().items()]
        assert f"| `{name}` | {', '.join(columns)} |" in page, name
