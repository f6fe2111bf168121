"""The figures of the advice, flat and with units in their names."""

from collections import Counter
from collections.abc import Sequence
from math import sqrt

import numpy as np

from experiments.advice.path_outcomes import Followed, kind_of
from experiments.advice.report import AdviceReport
from serving.advice import Advice, NoPath, Path

Figure = float | int | str | bool | None
Z95 = 1.959964


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; everything is possible where nothing was tried."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = hits / n, Z95 * Z95
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def flat(report: AdviceReport) -> dict[str, Figure]:
    """Everything that was found."""
    return {
        **_coverage(report),
        **_worth(report.advice),
        **_success(report.own, "paths"),
        **_by_kind(report.own),
        **_conditional(report.conditional),
        **_partial(report),
        "median_plans": _median([float(a.plans) for a in report.advice]),
        "search_p50_seconds": _quantile(report.seconds, 0.50),
        "search_p95_seconds": _quantile(report.seconds, 0.95),
    }


def _coverage(report: AdviceReport) -> dict[str, Figure]:
    answers = [a.answer for a in report.advice]
    n = max(1, len(answers))
    nothing = [a for a in answers if isinstance(a, NoPath)]
    own = [a for a in answers if isinstance(a, Path) and not a.conditional]
    conditional = [a for a in answers if isinstance(a, Path) and a.conditional]
    written_off = sum(a.code == "old_arrears" for a in nothing)
    codes = Counter(a.code for a in nothing)
    return {
        "accounts_decided": report.sample.decided,
        "accounts_held": report.sample.held,
        "held_share": report.sample.held / max(1, report.sample.decided),
        "accounts_advised": len(answers),
        "share_with_path": (len(own) + len(conditional)) / n,
        "share_with_own_path": len(own) / n,
        "share_with_own_path_low95": wilson(len(own), n)[0],
        "share_with_own_path_high95": wilson(len(own), n)[1],
        "share_conditional_only": len(conditional) / n,
        "share_with_own_path_of_not_written_off": len(own) / max(1, n - written_off),
        "share_wait_only": sum(not a.steps for a in own) / n,
        "share_nothing_in_12_months": len(nothing) / n,
        **{f"share_nothing_{code}": codes[code] / n for code in NO_PATH_CODES},
        **_by_hold(report),
    }


NO_PATH_CODES = ("old_arrears", "rule_binds", "capped", "too_far", "not_sure")


def _by_hold(report: AdviceReport) -> dict[str, Figure]:
    """Share of each group of the held, by what holds it, that gets a path; and what else was found."""
    groups: dict[str, list[Advice]] = {}
    for advice in report.advice:
        groups.setdefault(advice.before.rules[0] if advice.before.rules else "risk", []).append(advice)
    told: dict[str, Figure] = {}
    for name, mine in sorted(groups.items()):
        own = sum(isinstance(a.answer, Path) and not a.answer.conditional for a in mine)
        told[f"held_by_{name}_share"] = len(mine) / max(1, len(report.advice))
        told[f"held_by_{name}_share_with_own_path"] = own / len(mine)
    return told


def _worth(advice: Sequence[Advice]) -> dict[str, Figure]:
    own = [a.answer for a in advice if isinstance(a.answer, Path) and not a.answer.conditional]
    acting = [p for p in own if p.steps]
    return {
        "median_cost_months": _median([p.cost for p in own]),
        "median_months": _median([float(p.months) for p in own]),
        "median_extra_cny": _median([p.extra_cny for p in acting]),
        "median_rise_cny": _median([p.after.new_limit_cny - p.before.new_limit_cny for p in own]),
        "mean_confidence": float(np.mean([p.confidence for p in own])) if own else None,
        "better_on_rerun_share": share([p.after.better_than(p.before) for p in own]),
    }


def _success(followed: Sequence[Followed], name: str) -> dict[str, Figure]:
    better = sum(f.better for f in followed)
    low, high = wilson(better, len(followed))
    return {
        f"{name}_enacted": len(followed),
        f"{name}_better_in_world": better,
        f"{name}_better_in_world_share": share([f.better for f in followed]),
        f"{name}_better_in_world_low95": low,
        f"{name}_better_in_world_high95": high,
        f"{name}_better_without_change_share": share([f.better_anyway for f in followed]),
        f"{name}_kept_by_the_worlds_own_person_share": share([f.kept for f in followed]),
    }


def _by_kind(followed: Sequence[Followed]) -> dict[str, Figure]:
    told: dict[str, Figure] = {}
    for kind, count in Counter(kind_of(f.path.levers) for f in followed).most_common():
        mine = [f.better for f in followed if kind_of(f.path.levers) == kind]
        key = "kind_" + kind.replace(" + ", "_and_")
        told[f"{key}_n"], told[f"{key}_better_in_world_share"] = count, share(mine)
    return told


def _conditional(followed: Sequence[Followed]) -> dict[str, Figure]:
    """Everyone who links, and those for whom the condition turned out true."""
    met = [f for f in followed if f.condition_met]
    better = sum(f.better for f in met)
    low, high = wilson(better, len(met))
    return {
        "conditional_enacted": len(followed),
        "conditional_met": len(met),
        "conditional_met_share": share([bool(f.condition_met) for f in followed]),
        "conditional_met_better_share": share([f.better for f in met]),
        "conditional_met_better_low95": low,
        "conditional_met_better_high95": high,
        "conditional_all_better_share": share([f.better for f in followed]),
    }


def _partial(report: AdviceReport) -> dict[str, Figure]:
    own = [a for a in report.partly if isinstance(a.answer, Path) and not a.answer.conditional]
    return {
        "partly_raised_advised": len(report.partly),
        "partly_raised_share_with_own_path": len(own) / max(1, len(report.partly)),
        **_success(report.partly_followed, "partly_raised_paths"),
    }


def share(flags: Sequence[bool]) -> float | None:
    """Share of true ones, None of none."""
    return float(np.mean(flags)) if flags else None


def _median(values: Sequence[float]) -> float | None:
    return float(np.median(values)) if values else None


def _quantile(values: Sequence[float], q: float) -> float | None:
    return float(np.quantile(values, q)) if values else None
