"""Simulated outcomes of paths, each beside the same account under unchanged behaviour."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from experiments.advice.outcomes.conditions import condition_met
from experiments.advice.outcomes.simulate import Intervention, simulate
from experiments.advice.setup import EvaluationSetup
from features.engine import build
from features.matrix import Observations
from features.tables import Tables
from serving.advice import Advice, AdviceSettings, DecisionOutcome, Path
from serving.advice.levers.registry import governs_payment


@dataclass(frozen=True)
class PathOutcome:
    """One path and its simulated outcome.

    Attributes:
        account_id: whose.
        path: what was advised.
        treated: the decision under the path, at its date.
        untreated: the decision under unchanged behaviour, at the same date (common random numbers).
        adhered: whether the simulated account, without booked payments, is never past due at a month end
            where the path governs payment.
        withdrew: whether a consent is withdrawn before its date, which the path assumes is not.
        condition_met: whether a linked source met the condition; None where none is linked.
    """

    account_id: int
    path: Path
    treated: DecisionOutcome
    untreated: DecisionOutcome
    adhered: bool
    withdrew: bool
    condition_met: bool | None

    @property
    def better(self) -> bool:
        """Whether the decision came out better than on the day of advice: the path is realised."""
        return self.treated.better_than(self.path.before)

    @property
    def better_without_change(self) -> bool:
        """Whether it did under unchanged behaviour."""
        return self.untreated.better_than(self.path.before)


def path_outcomes(
    setup: EvaluationSetup, paths: Sequence[tuple[Advice, Path]], settings: AdviceSettings
) -> list[PathOutcome]:
    """Simulates every path; an account stands at most once in each moment.

    Args:
        setup: engine and simulated portfolio.
        paths: advice with the path of it that is simulated.
        settings: bounds of the advised payments.
    """
    by_moment: dict[datetime, list[tuple[int, Path]]] = defaultdict(list)
    for advice, path in paths:
        by_moment[advice.as_of].append((advice.account_id, path))
    return [
        outcome
        for moment in sorted(by_moment)
        for outcome in _at(setup, moment, sorted(by_moment[moment], key=lambda one: one[0]), settings)
    ]


def _at(
    setup: EvaluationSetup, moment: datetime, paths: Sequence[tuple[int, Path]], settings: AdviceSettings
) -> list[PathOutcome]:
    under_path = [Intervention(account, path.plan, path.before.new_limit_cny) for account, path in paths]
    unchanged = [Intervention(account, (), path.before.new_limit_cny) for account, path in paths]
    tables = simulate(setup.config, under_path, moment, settings)
    unbooked = simulate(setup.config, under_path, moment, settings, booked=False)
    when = [(account, path.until) for account, path in paths]
    treated = decided(setup, tables, when)
    untreated = decided(setup, simulate(setup.config, unchanged, moment, settings), when)
    return [
        PathOutcome(
            account,
            path,
            treated[i],
            untreated[i],
            _adhered(unbooked, account, path, moment),
            withdrew(tables, account, moment, path.until),
            _condition(setup, tables, account, path),
        )
        for i, (account, path) in enumerate(paths)
    ]


def decided(
    setup: EvaluationSetup, tables: Tables, when: Sequence[tuple[int, datetime]]
) -> list[DecisionOutcome]:
    """The whole decision on simulated tables, at each account's moment."""
    frame = pl.DataFrame(
        {"account_id": [a for a, _ in when], "as_of": [m for _, m in when]},
        schema={"account_id": pl.Int64, "as_of": pl.Datetime("us")},
    )
    matrix = build(tables, Observations(frame), setup.features)
    return [DecisionOutcome.of(decision) for decision in setup.decide(matrix)]


def _condition(setup: EvaluationSetup, tables: Tables, account: int, path: Path) -> bool | None:
    links = [lever for lever in path.plan if lever.conditional]
    if not links:
        return None
    return all(condition_met(tables, account, link, setup.profiles, path.until) for link in links)


def withdrew(tables: Tables, account: int, moment: datetime, until: datetime) -> bool:
    """Whether an account withdraws a consent between two moments, which every path assumes it does not."""
    mine = tables["consents"].filter(pl.col("account_id") == account)
    return mine.filter((pl.col("revoked_at") >= moment) & (pl.col("revoked_at") < until)).height > 0


def _adhered(tables: Tables, account: int, path: Path, moment: datetime) -> bool:
    if not governs_payment(path.plan):
        return True
    ends = tables["delinquency"].filter(
        (pl.col("account_id") == account)
        & (pl.col("known_at") >= moment)
        & (pl.col("known_at") < path.until)
        & (pl.col("days_past_due") > 0)
    )
    return ends.height == 0
