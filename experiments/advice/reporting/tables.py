"""The tables that `make advice` and `make advice-confidence` print."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from rich.table import Table

from experiments.advice.calibration import Threshold
from experiments.advice.evaluation import AdviceEvaluation
from experiments.advice.outcomes.path_outcomes import PathOutcome
from experiments.advice.outcomes.scenario_outcomes import ScenarioOutcome
from experiments.advice.reporting.intervals import Metric, share, wilson
from features.arrays import Floats
from serving.advice.levers.registry import label

ERROR_MONTHS = (1, 3, 6, 12)


def metrics_table(metrics: Mapping[str, Metric]) -> Table:
    """All flat metrics."""
    table = Table("metric", "value", title="Advice", title_justify="left", title_style="bold")
    for name, value in metrics.items():
        shown = "–" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
        table.add_row(name, shown)
    return table


def plans_table(evaluation: AdviceEvaluation) -> Table:
    """Each plan, its simulated outcomes, and what it takes."""
    columns = (
        "plan", "paths", "limit raised", "95 % interval", "raised without change", "median months",
        "median extra CNY",
    )  # fmt: skip
    title = "Simulated outcomes of paths"
    table = Table(*columns, title=title, title_justify="left", title_style="bold")
    for name, _ in Counter(label(o.path.plan) for o in evaluation.own).most_common():
        table.add_row(name, *_row([o for o in evaluation.own if label(o.path.plan) == name]))
    table.add_section()
    table.add_row("all", *_row(evaluation.own))
    met = [o for o in evaluation.conditional if o.condition_met]
    table.add_row("linking a source, all", *_row(evaluation.conditional))
    table.add_row("… with the condition met", *_row(met))
    table.add_row("partly raised today", *_row(evaluation.partly_outcomes))
    return table


def errors_table(outcomes: Sequence[ScenarioOutcome]) -> Table:
    """Simulated less projected log-odds of bad, by plan and rounded months."""
    columns = ("plan", "months", "n", "mean", "median", "95th percentile", "limit raised")
    table = Table(*columns, title="Projection error: simulated less projected log-odds of bad")
    groups: dict[tuple[str, int], list[ScenarioOutcome]] = defaultdict(list)
    for one in outcomes:
        months = round(one.scenario.months)
        if months in ERROR_MONTHS:
            groups[label(one.scenario.plan), months].append(one)
    for (name, months), mine in sorted(groups.items()):
        simulated = np.array([one.pd for one in mine])
        error = _logit(simulated) - _logit(np.array([one.scenario.outcome.pd for one in mine]))
        table.add_row(
            name, str(months), str(len(mine)), f"{error.mean():+.2f}", f"{np.median(error):+.2f}",
            f"{np.quantile(error, 0.95):+.2f}", f"{np.mean([one.better for one in mine]):.1%}",
        )  # fmt: skip
    return table


def thresholds_table(thresholds: Sequence[Threshold]) -> Table:
    """What each threshold on the confidence would give."""
    columns = ("least confidence", "paths", "realised", "95 % interval")
    table = Table(*columns, title="Thresholds on the confidence, cross-fitted")
    for one in thresholds:
        low, high = wilson(one.better, one.paths)
        table.add_row(f"{one.least:.3f}", str(one.paths), f"{one.share:.1%}", f"{low:.1%} to {high:.1%}")
    return table


def _row(outcomes: Sequence[PathOutcome]) -> list[str]:
    low, high = wilson(sum(o.better for o in outcomes), len(outcomes))
    return [
        str(len(outcomes)),
        _percent(share([o.better for o in outcomes])),
        f"{low:.1%} to {high:.1%}" if outcomes else "–",
        _percent(share([o.better_without_change for o in outcomes])),
        _median([float(o.path.months) for o in outcomes]),
        _median([o.path.extra_cny for o in outcomes]),
    ]


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _median(values: Sequence[float]) -> str:
    return f"{sorted(values)[len(values) // 2]:,.0f}" if values else "–"


def _logit(pd: Floats) -> Floats:
    return np.asarray(np.log(pd / (1.0 - pd)))
