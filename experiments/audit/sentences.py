"""Every figure that the reasons of some decisions state, against its independent recomputation."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from experiments.audit.portfolio import Decider
from features.arrays import Ints
from features.tables import Tables
from serving.audit.account_rows import AccountRows
from serving.audit.statement import Finding, Outcome, check, stated
from serving.decision.types import Case, Decision

Fault = Callable[[Tables], Tables]
"""Changes the rows that the engine reads, and leaves those that the recomputation reads."""
SHOWN = 20
"""False statements that are kept in full."""


@dataclass
class Tally:
    """What was stated and how much of it holds.

    Attributes:
        decisions: decisions read.
        sentences: sentences that state a figure.
        outcomes: stated figures by (figure, outcome).
        days: stated figures by (day of the month, outcome).
        by_rule_alone: decisions that rules alone hold: the tier would raise.
        themes_by_rule_alone: theme reasons that those state against the person; none decided anything.
        false: some false statements: account, moment, English text, recomputed figure.
    """

    decisions: int = 0
    sentences: int = 0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    days: Counter[tuple[int, str]] = field(default_factory=Counter)
    by_rule_alone: int = 0
    themes_by_rule_alone: int = 0
    false: list[tuple[int, str, str, float | None]] = field(default_factory=list)

    def count(self, outcome: Outcome) -> int:
        """Stated figures with this outcome."""
        return sum(n for (_, found), n in self.outcomes.items() if found == outcome)

    def add(self, decision: Decision, findings: Sequence[Finding]) -> None:
        """Counts one decision."""
        self.decisions += 1
        self.sentences += sum(bool(reason.figures) for reason in stated(decision))
        if decision.reassessment is not None and decision.reassessment.all_else_in_order:
            self.by_rule_alone += 1
            self.themes_by_rule_alone += sum(bool(reason.theme) for reason in decision.reasons)
        for finding in findings:
            self.outcomes[finding.figure.name, finding.outcome.value] += 1
            self.days[decision.as_of.day, finding.outcome.value] += 1
            if finding.outcome is Outcome.FALSE and len(self.false) < SHOWN:
                shown = (finding.reason.en, finding.recomputed)
                self.false.append((decision.account_id, decision.as_of.isoformat(), *shown))

    def merge(self, other: "Tally") -> None:
        """Adds the counts of another part of the portfolio."""
        self.decisions += other.decisions
        self.sentences += other.sentences
        self.by_rule_alone += other.by_rule_alone
        self.themes_by_rule_alone += other.themes_by_rule_alone
        self.outcomes.update(other.outcomes)
        self.days.update(other.days)
        self.false = (self.false + other.false)[:SHOWN]


def audit(
    decider: Decider,
    tables: Tables,
    accounts: Ints,
    moments: Sequence[datetime],
    fault: Fault = lambda tables: tables,
) -> Tally:
    """Decides every account at every moment, and recomputes what is stated.

    Args:
        decider: the model and policy.
        tables: rows of these accounts.
        accounts: (n,) account numbers.
        moments: of the decisions.
        fault: applied to the rows that the engine reads: a fault that the audit should find.
    """
    tally, rows = Tally(), _RowsOf(tables)
    for case, decision in decided(decider, fault(tables), accounts, moments):
        known = rows.of(case.account_id).known(case.as_of)
        tally.add(decision, check(stated(decision), known))
    return tally


def decided(
    decider: Decider, tables: Tables, accounts: Ints, moments: Sequence[datetime]
) -> Iterator[tuple[Case, Decision]]:
    """Each case with its decision."""
    for case in decider.cases(tables, accounts, moments):
        yield case, decider.engine.decide(case)


class _RowsOf:
    """The plain rows of one account at a time, kept while its decisions are read."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._account: int | None = None
        self._rows = AccountRows({})

    def of(self, account_id: int) -> AccountRows:
        """All rows of an account."""
        if account_id != self._account:
            own = AccountRows.of(self._tables.only([account_id]), account_id)
            self._account, self._rows = account_id, own
        return self._rows
