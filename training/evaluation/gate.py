"""The promotion gate: named checks, each with its value, its limit and an explanation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from training.config.schema import GateConfig
from training.evaluation.metrics import Interval

ADDITIVITY = 1e-6
"""Largest error allowed of base plus theme points against the score."""


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes:
        name: stable name.
        passed: whether it holds.
        value: what was measured.
        limit: what it must satisfy, as text.
        why: one sentence with value and limit.
    """

    name: str
    passed: bool
    value: float
    limit: str
    why: str


@dataclass(frozen=True)
class GateReport:
    """All checks of a model.

    Attributes:
        checks: in the order they were made.
        champion: SHA-256 of the champion's bundle, empty when there was none.
    """

    checks: tuple[Check, ...]
    champion: str

    @property
    def passed(self) -> bool:
        """Whether every check holds."""
        return all(check.passed for check in self.checks)

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that do not hold."""
        return tuple(check for check in self.checks if not check.passed)


@dataclass(frozen=True)
class ChampionComparison:
    """The challenger against the champion on the same test rows.

    Attributes:
        sha256: the champion's bundle.
        difference: AUC of the challenger minus that of the champion; None when it could not be scored.
        interval: of the difference, by paired bootstrap over accounts.
        note: a remark on the comparison, such as why there is none.
    """

    sha256: str
    difference: float | None
    interval: Interval | None
    note: str


def apply_gate(
    config: GateConfig,
    metrics: Mapping[str, float],
    additivity_error: float,
    monotone_violations: int,
    champion: ChampionComparison | None,
    *,
    reasons: Sequence[Check] = (),
) -> GateReport:
    """Checks the metrics of the test set against the configured limits.

    Args:
        config: the limits.
        metrics: as `metrics.measure` gives them.
        additivity_error: largest difference of base + theme points and score, or of their log-odds.
        monotone_violations: number of (row, feature) pairs where risk moved against a stated direction.
        champion: None when there is no champion yet.
        reasons: checks of the fidelity tests.
    """
    checks = [
        at_least("auc", metrics["auc"], config.min_auc),
        at_least("ks", metrics["ks"], config.min_ks),
        within("calibration_slope", metrics["calibration_slope"], *config.slope),
        at_most("ece", metrics["ece"], config.max_ece),
        at_most("additivity", additivity_error, ADDITIVITY),
        at_most("monotone", float(monotone_violations), 0.0),
        *reasons,
    ]
    if champion is not None:
        checks.append(_champion_check(champion, config))
    return GateReport(tuple(checks), champion.sha256 if champion else "")


def at_least(name: str, value: float, least: float) -> Check:
    """A lower limit."""
    ok = bool(value >= least)
    return Check(name, ok, value, f">= {least:g}", f"{name} {value:.4f} is {_side(ok)} the minimum {least:g}")


def at_most(name: str, value: float, most: float) -> Check:
    """An upper limit."""
    ok = bool(value <= most)
    return Check(name, ok, value, f"<= {most:g}", f"{name} {value:.4g} is {_side(ok)} the maximum {most:g}")


def within(name: str, value: float, low: float, high: float) -> Check:
    """A range."""
    ok = bool(low <= value <= high)
    return Check(
        name, ok, value, f"{low:g} to {high:g}", f"{name} {value:.4f} is {_side(ok)} {low:g} to {high:g}"
    )


def _side(ok: bool) -> str:
    return "within" if ok else "NOT within"


def _champion_check(champion: ChampionComparison, config: GateConfig) -> Check:
    limit = f">= -{config.max_auc_drop:g} and not significantly below 0"
    if champion.difference is None or champion.interval is None:
        return Check("champion", True, float("nan"), limit, f"not compared: {champion.note}")
    significantly_worse = champion.interval.high < 0
    ok = champion.difference >= -config.max_auc_drop and not significantly_worse
    why = (
        f"AUC {champion.difference:+.4f} against champion {champion.sha256[:12]} on the same test rows "
        f"(95 % interval {champion.interval.low:+.4f} to {champion.interval.high:+.4f}); {champion.note}"
    )
    return Check("champion", ok, champion.difference, limit, why)
