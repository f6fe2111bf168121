"""The findings of an audit as a table, as JSON and as a page."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from experiments.audit.bucket import Part
from experiments.audit.faults import FAULTS
from experiments.audit.lapses import Lapses
from experiments.audit.sentences import Tally
from experiments.audit.stability import Stability
from serving.audit.statement import Outcome


@dataclass
class Audit:
    """All findings.

    Attributes:
        accounts: accounts whose decisions were read.
        tally: of the decisions as they are made.
        planted: of decisions made from faulted rows, by fault.
        stability: changes by mere time.
        lapses: stated lapse dates.
    """

    accounts: int = 0
    tally: Tally = field(default_factory=Tally)
    planted: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in FAULTS})
    stability: Stability = field(default_factory=Stability)
    lapses: Lapses = field(default_factory=Lapses)

    def add(self, part: Part) -> None:
        """Adds the findings of a bucket."""
        self.accounts += part.accounts
        self.tally.merge(part.tally)
        self.stability.merge(part.stability)
        self.lapses.merge(part.lapses)
        for name, planted in part.planted.items():
            self.planted[name].merge(planted)

    @property
    def sound(self) -> bool:
        """Whether every stated figure and date holds, none is beside the point, and every fault was seen."""
        wrong = self.tally.count(Outcome.FALSE) + self.tally.count(Outcome.UNCHECKED)
        wrong += self.tally.themes_by_rule_alone + self.lapses.stated - self.lapses.kept
        return wrong == 0 and all(planted.count(Outcome.FALSE) > 0 for planted in self.planted.values())

    def figures(self) -> dict[str, object]:
        """The headline figures by name."""
        return {
            "n_accounts": self.accounts,
            "n_decisions": self.tally.decisions,
            "n_sentences": self.tally.sentences,
            "n_figures": sum(self.tally.outcomes.values()),
            "n_false": self.tally.count(Outcome.FALSE),
            "n_unchecked": self.tally.count(Outcome.UNCHECKED),
            "planted": {name: planted.count(Outcome.FALSE) for name, planted in self.planted.items()},
            "stability": asdict(self.stability),
            "lapses": asdict(self.lapses),
            "by_rule_alone": self.tally.by_rule_alone,
            "themes_by_rule_alone": self.tally.themes_by_rule_alone,
        }


def write(audit: Audit, folder: Path) -> Path:
    """Writes `audit.json`: headline figures, counts by figure and by day of the month, false statements."""
    tally = audit.tally
    by_figure: dict[str, dict[str, int]] = {}
    for (name, outcome), n in sorted(tally.outcomes.items()):
        by_figure.setdefault(name, {})[outcome] = n
    by_day: dict[int, dict[str, int]] = {}
    for (day, outcome), n in sorted(tally.days.items()):
        by_day.setdefault(day, {})[outcome] = n
    content = {**audit.figures(), "by_figure": by_figure, "by_day": by_day, "false": tally.false}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "audit.json"
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False))
    return path


def show(audit: Audit, console: Console) -> None:
    """Prints the table at the end of the run."""
    table = Table(title="Stated figures against their recomputation from the rows")
    table.add_column("", style="bold")
    table.add_column("", justify="right")
    tally, stability = audit.tally, audit.stability
    pairs = max(stability.pairs, 1)
    rows = {
        "accounts": f"{audit.accounts:,}",
        "decisions": f"{tally.decisions:,}",
        "sentences with a figure": f"{tally.sentences:,}",
        "figures recomputed": f"{sum(tally.outcomes.values()):,}",
        "false": f"{tally.count(Outcome.FALSE):,}",
        "without a recomputation": f"{tally.count(Outcome.UNCHECKED):,}",
        **{f"found of: {name}": f"{t.count(Outcome.FALSE):,}" for name, t in audit.planted.items()},
        "held by rules alone": f"{tally.by_rule_alone:,}",
        "theme reasons stated to them": f"{tally.themes_by_rule_alone:,}",
        "lapse dates kept": f"{audit.lapses.kept:,} of {audit.lapses.stated:,}",
        "tier or limit changes by mere time, a day": f"{stability.tier_or_limit / pairs:.2%}",
        "any change by mere time, a day": f"{stability.changed / pairs:.2%}",
        "announced the day before": f"{stability.announced:,} of {stability.changed:,}",
        "changed back within a cycle": f"{stability.back:,}",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    console.print(table)
    for account, moment, text, figure in tally.false[:5]:
        console.print(f"false: account {account} at {moment}: {text} (recomputed: {figure})")
