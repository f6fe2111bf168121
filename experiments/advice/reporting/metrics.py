"""Metrics of the evaluation, flat and with units in their names."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from experiments.advice.evaluation import AdviceEvaluation
from experiments.advice.outcomes.path_outcomes import PathOutcome
from experiments.advice.reporting.intervals import Metric, share, wilson
from serving.advice import Advice, NoPath, Path, Plan

NO_PATH_CODES = ("old_arrears", "rule_binds", "capped", "too_far", "not_sure")


def flat(evaluation: AdviceEvaluation) -> dict[str, Metric]:
    """All metrics."""
    return {
        **_coverage(evaluation),
        **_by_reason(evaluation.advice),
        **_worth(evaluation.advice),
        **_success(evaluation.own, "paths"),
        **_by_plan(evaluation.own),
        **_conditional(evaluation.conditional),
        **_partial(evaluation),
        "median_scenarios": _median([float(a.n_scenarios) for a in evaluation.advice]),
        "search_p50_seconds": _quantile(evaluation.seconds, 0.50),
        "search_p95_seconds": _quantile(evaluation.seconds, 0.95),
    }


def _coverage(evaluation: AdviceEvaluation) -> dict[str, Metric]:
    answers = [a.answer for a in evaluation.advice]
    n, sample = max(1, len(answers)), evaluation.sample
    nothing = [a for a in answers if isinstance(a, NoPath)]
    own = [a for a in answers if isinstance(a, Path) and not a.conditional]
    conditional = [a for a in answers if isinstance(a, Path) and a.conditional]
    codes = Counter(a.code for a in nothing)
    return {
        "accounts_decided": sample.decided,
        "accounts_declined": sample.declined,
        "declined_share": sample.declined / max(1, sample.decided),
        "accounts_advised": len(answers),
        "share_with_path": (len(own) + len(conditional)) / n,
        "share_with_own_path": len(own) / n,
        "share_with_own_path_low95": wilson(len(own), n)[0],
        "share_with_own_path_high95": wilson(len(own), n)[1],
        "share_conditional_only": len(conditional) / n,
        "share_with_own_path_of_not_written_off": len(own) / max(1, n - codes["old_arrears"]),
        "share_wait_only": sum(not a.steps for a in own) / n,
        "share_nothing_in_12_months": len(nothing) / n,
        **{f"share_nothing_{code}": codes[code] / n for code in NO_PATH_CODES},
    }


def _by_reason(advice: Sequence[Advice]) -> dict[str, Metric]:
    """By the rule that declines, or `risk`: its share, and the share of its accounts that get a path."""
    groups: dict[str, list[Advice]] = {}
    for one in advice:
        groups.setdefault(one.before.rules[0] if one.before.rules else "risk", []).append(one)
    metrics: dict[str, Metric] = {}
    for name, mine in sorted(groups.items()):
        own = sum(isinstance(a.answer, Path) and not a.answer.conditional for a in mine)
        metrics[f"declined_by_{name}_share"] = len(mine) / max(1, len(advice))
        metrics[f"declined_by_{name}_share_with_own_path"] = own / len(mine)
    return metrics


def _worth(advice: Sequence[Advice]) -> dict[str, Metric]:
    own = [a.answer for a in advice if isinstance(a.answer, Path) and not a.answer.conditional]
    acting = [p for p in own if p.steps]
    return {
        "median_cost_months": _median([p.cost for p in own]),
        "median_months": _median([p.months for p in own]),
        "median_extra_cny": _median([p.extra_cny for p in acting]),
        "median_rise_cny": _median([p.after.new_limit_cny - p.before.new_limit_cny for p in own]),
        "mean_confidence": float(np.mean([p.confidence for p in own])) if own else None,
        "better_on_rerun_share": share([p.after.better_than(p.before) for p in own]),
    }


def _success(outcomes: Sequence[PathOutcome], name: str) -> dict[str, Metric]:
    better = sum(o.better for o in outcomes)
    low, high = wilson(better, len(outcomes))
    return {
        f"{name}_simulated": len(outcomes),
        f"{name}_better_in_simulation": better,
        f"{name}_better_in_simulation_share": share([o.better for o in outcomes]),
        f"{name}_better_in_simulation_low95": low,
        f"{name}_better_in_simulation_high95": high,
        f"{name}_better_without_change_share": share([o.better_without_change for o in outcomes]),
        f"{name}_adherence_share": share([o.adhered for o in outcomes]),
        f"{name}_no_withdrawal": sum(not o.withdrew for o in outcomes),
        f"{name}_no_withdrawal_better_share": share([o.better for o in outcomes if not o.withdrew]),
        f"{name}_as_usual": sum(o.path.as_usual for o in outcomes),
        f"{name}_as_usual_better_without_change_share": share(
            [o.better_without_change for o in outcomes if o.path.as_usual]
        ),
    }


def _by_plan(outcomes: Sequence[PathOutcome]) -> dict[str, Metric]:
    metrics: dict[str, Metric] = {}
    for name, count in Counter(_kinds(o.path.plan) for o in outcomes).most_common():
        mine = [o.better for o in outcomes if _kinds(o.path.plan) == name]
        metrics[f"plan_{name}_n"], metrics[f"plan_{name}_better_in_simulation_share"] = count, share(mine)
    return metrics


def _kinds(plan: Plan) -> str:
    return "_and_".join(lever.kind for lever in plan) or "wait"


def _conditional(outcomes: Sequence[PathOutcome]) -> dict[str, Metric]:
    """Of all conditional paths, and of those whose condition was met."""
    met = [o for o in outcomes if o.condition_met]
    low, high = wilson(sum(o.better for o in met), len(met))
    return {
        "conditional_simulated": len(outcomes),
        "conditional_met": len(met),
        "conditional_met_share": share([bool(o.condition_met) for o in outcomes]),
        "conditional_met_better_share": share([o.better for o in met]),
        "conditional_met_better_low95": low,
        "conditional_met_better_high95": high,
        "conditional_all_better_share": share([o.better for o in outcomes]),
    }


def _partial(evaluation: AdviceEvaluation) -> dict[str, Metric]:
    own = [a for a in evaluation.partly if isinstance(a.answer, Path) and not a.answer.conditional]
    return {
        "partly_raised_advised": len(evaluation.partly),
        "partly_raised_share_with_own_path": len(own) / max(1, len(evaluation.partly)),
        **_success(evaluation.partly_outcomes, "partly_raised_paths"),
    }


def _median(values: Sequence[float]) -> float | None:
    return float(np.median(values)) if values else None


def _quantile(values: Sequence[float], q: float) -> float | None:
    return float(np.quantile(values, q)) if values else None
