"""How parts of the test set are reported: flat keys, rows of the end table, Markdown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from training.evaluation.evaluate import Evaluation
from training.evaluation.parts import NO_RULE, THIRDS, Estimate, PartMetrics
from training.evaluation.tier_mix import TierMix
from training.reporting.result import Value

FIGURES = {"auc": "AUC", "ks": "KS", "predicted_over_observed": "predicted / observed"}
"""Titles of the estimates of a part."""


def part_keys(parts: Iterable[PartMetrics]) -> dict[str, Value]:
    """Counts, estimates and intervals, such as `day_1_10_auc` and `no_rule_ks_ci_low`."""
    flat: dict[str, Value] = {}
    for part in parts:
        flat[f"{part.name}_n"], flat[f"{part.name}_n_bad"] = part.n, part.n_bad
        flat[f"{part.name}_mean_pd"] = part.mean_pd
        for name, found in part.estimates.items():
            flat[f"{part.name}_{name}"] = found.value
            flat[f"{part.name}_{name}_ci_low"] = found.interval.low
            flat[f"{part.name}_{name}_ci_high"] = found.interval.high
    return flat


def tier_keys(tiers: TierMix | None) -> dict[str, Value]:
    """The test of tiers by day of the month, and the lowest and highest share of raising tiers of a day."""
    if tiers is None:
        return {}
    return {
        "tier_mix_chi2": tiers.statistic,
        "tier_mix_degrees_of_freedom": tiers.freedom,
        "tier_mix_p_value": tiers.p_value,
        "tier_mix_raising_share_lowest": float(tiers.raising_shares.min()),
        "tier_mix_raising_share_highest": float(tiers.raising_shares.max()),
    }


def summary_rows(report: Mapping[str, Value]) -> dict[str, str]:
    """Rows of the end table, for the parts that the report has."""
    rows = {}
    if f"{NO_RULE}_auc" in report:
        for name in ("auc", "ks"):
            rows[f"{FIGURES[name]}, no rule decides"] = _interval(report, f"{NO_RULE}_{name}")
    thirds = [name for name in THIRDS if f"{name}_auc" in report]
    for name, title in FIGURES.items() if thirds else ():
        values = (f"{report[f'{third}_{name}']:.3f}" for third in thirds)
        rows[f"{title}, day 1 / 11 / 21 on"] = " / ".join(values)
    if "tier_mix_p_value" in report:
        test = f"chi² {report['tier_mix_chi2']:.0f} on {report['tier_mix_degrees_of_freedom']}"
        rows["tiers by day of the month"] = f"{test}, p = {report['tier_mix_p_value']:.2f}"
    return rows


def _interval(report: Mapping[str, Value], name: str) -> str:
    return f"{report[name]:.4f}  ({report[f'{name}_ci_low']:.4f} to {report[f'{name}_ci_high']:.4f})"


def markdown(evaluation: Evaluation) -> str:
    """A table of the parts, and the test of tiers by day of the month; empty where there is neither."""
    table = markdown_of_parts(evaluation.parts)
    return "\n\n".join(part for part in (table, _tiers(evaluation.tiers)) if part)


def markdown_of_parts(parts: Sequence[PartMetrics]) -> str:
    """A table with a row a part; empty where there is none."""
    rows = [f"| {_title(part)} |" + "".join(_cells(part)) for part in parts]
    if not rows:
        return ""
    head = "| test rows | rows | bads | " + " | ".join(FIGURES.values()) + " |"
    return "\n".join([head, "|---|---:|---:|---:|---:|---:|", *rows])


def _tiers(tiers: TierMix | None) -> str:
    if tiers is None:
        return ""
    low, high = tiers.raising_shares.min(), tiers.raising_shares.max()
    return (
        f"Tiers by day of the month (1 to 28): chi-square {tiers.statistic:.1f}, {tiers.freedom} degrees "
        f"of freedom, p = {tiers.p_value:.3f}; share in raising tiers {low:.1%} to {high:.1%} by day."
    )


def _title(part: PartMetrics) -> str:
    if part.name in THIRDS:
        first, last = THIRDS[part.name]
        return f"days {first} to {last} of the month"
    return "no hard rule decides"


def _cells(part: PartMetrics) -> Iterator[str]:
    yield f" {part.n:,} | {part.n_bad:,} |"
    for name in FIGURES:
        found = part.estimates.get(name)
        yield " – |" if found is None else _estimate(found)


def _estimate(found: Estimate) -> str:
    return f" {found.value:.3f} ({found.interval.low:.3f} to {found.interval.high:.3f}) |"
