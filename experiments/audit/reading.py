"""A page of decisions and advices on five days of a month, in both languages, beside what the rows say."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from experiments.audit.portfolio import Decider, some_accounts
from features.tables import Tables, TableStore
from serving.advice.adviser import adviser_for
from serving.advice.answer import Advice
from serving.advice.answer import Path as AdvisedPath
from serving.audit.account_rows import AccountRows
from serving.audit.statement import check, stated
from serving.decision.types import Decision

ACCOUNTS = 12
ADVICES = 6
"""Accounts of each day that are advised as well, those first whose limit does not rise."""


def write_page(decider: Decider, store: TableStore, days: Sequence[datetime], path: Path) -> Path:
    """Writes the page.

    Args:
        decider: the model and policy.
        store: the data set.
        days: moments; each shows other accounts.
        path: of the page.
    """
    parts = ["# Decisions and advices as they are stated, with the rows' own figures\n"]
    for place, day in enumerate(days):
        parts += [f"\n## {day:%Y-%m-%d %H:%M}\n", *_day(decider, store, day, place)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def _day(decider: Decider, store: TableStore, day: datetime, place: int) -> Iterator[str]:
    bucket = store.buckets()[place % len(store.buckets())]
    tables, accounts = some_accounts(store, bucket, 0.2, day)
    cases = decider.cases(tables, accounts, [day])
    decisions = _varied([decider.engine.decide(case) for case in cases])
    for decision in decisions:
        own = tables.only([decision.account_id])
        yield _decision(decision, own)
    for decision in sorted(decisions, key=lambda decision: decision.eligible)[:ADVICES]:
        yield _advice(decider, tables.only([decision.account_id]), decision)


def _varied(decisions: Sequence[Decision]) -> list[Decision]:
    """Some of each kind: held by rules alone, by the score, by both, by a cap, and raised."""
    kinds: dict[tuple[bool, bool, bool], list[Decision]] = {}
    for decision in decisions:
        held_by_score = any(reason.theme and reason.points < 0 for reason in decision.reasons)
        kinds.setdefault((decision.eligible, bool(decision.rules), held_by_score), []).append(decision)
    chosen: list[Decision] = []
    while len(chosen) < min(ACCOUNTS, len(decisions)):
        for group in kinds.values():
            chosen += group[:1]
            del group[:1]
    return chosen[:ACCOUNTS]


def _decision(decision: Decision, tables: Tables) -> str:
    known = AccountRows.of(tables, decision.account_id).known(decision.as_of)
    found = {(f.reason.code, f.figure.name): f for f in check(stated(decision), known)}
    change = f"¥{decision.current_limit_cny:,.0f} → ¥{decision.new_limit_cny:,.0f}"
    rules = ", ".join(decision.rules) or "no rule"
    lines = [f"### account {decision.account_id}: {change}, tier {decision.tier}, {rules}\n"]
    for reason in stated(decision):
        rows = "; ".join(
            f"{figure.name}: {found[reason.code, figure.name].recomputed}" for figure in reason.figures
        )
        lines.append(
            f"- `{reason.code}` {reason.points:+d} {reason.zh}\n  {reason.en}\n  rows: {rows or '–'}"
        )
    if decision.reassessment is not None:
        lines.append(f"- {decision.reassessment.zh}\n  {decision.reassessment.en}")
    lines += [f"- `{chance.code}` {chance.zh}\n  {chance.en}" for chance in decision.opportunities]
    return "\n".join([*lines, ""])


def _advice(decider: Decider, tables: Tables, decision: Decision) -> str:
    adviser = adviser_for(decider.engine)
    advice: Advice = adviser.advise(tables, decision.account_id, decision.as_of, opted_out=False)
    answer = advice.answer
    lines = [f"### advice for account {decision.account_id}\n"]
    if isinstance(answer, AdvisedPath):
        lines += [f"- {step.zh}\n  {step.en}" for step in answer.steps]
    lines.append(f"- {answer.zh}\n  {answer.en}")
    return "\n".join([*lines, ""])
