"""The README's table of tables is the contract's own."""

from features.contract.registry import TABLES
from features.paths import ROOT


def test_the_readme_lists_every_table_with_its_columns() -> None:
    told = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, table in TABLES.items():
        columns = [n + ("?" if c.nullable else "") for n, c in table.schema.columns().items()]
        assert f"| `{name}` | {', '.join(columns)} |" in told, name
