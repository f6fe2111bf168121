"""The README's list of tables agrees with the contract."""

from features.contract.registry import TABLES
from features.paths import ROOT
from features.sources.registry import LINKED


def test_the_readme_lists_every_table_with_its_columns() -> None:
    """The table of a linked source may be left to its module; where it is listed, its columns are right."""
    told = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, table in TABLES.items():
        columns = [n + ("?" if c.nullable else "") for n, c in table.schema.columns().items()]
        listed = table.source not in LINKED or f"| `{name}` |" in told
        assert not listed or f"| `{name}` | {', '.join(columns)} |" in told, name
