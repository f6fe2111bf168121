"""What a person sees of an inspection: a table of findings."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from features.adapters.flat.inspection.findings import Inspection

STYLES = {"warning": "yellow", "note": ""}


def print_findings(found: Inspection, console: Console) -> None:
    """Prints every finding, those of the whole file first."""
    shown = Table(
        title=f"{found.path}: {found.n_rows:,} rows, {len(found.columns)} features",
        title_justify="left",
        title_style="bold",
    )
    for heading in ("", "column", "seen", "done"):
        shown.add_column(heading, overflow="fold")
    for finding in sorted(found.findings, key=lambda one: one.column != ""):
        level = Text(finding.level, style=STYLES[finding.level])
        shown.add_row(
            level, *(Text(text) for text in (finding.column or "(file)", finding.text, finding.done))
        )
    console.print(shown)
