"""Parts of the test set: thirds of the month, accounts without a rule, tiers by day."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from features.matrix import FeatureMatrix
from tests.training.toy import toy_cohort
from training.config.schema import GateConfig
from training.data.cohort import Cohort
from training.evaluation.metrics import measure
from training.evaluation.parts import parts_of
from training.evaluation.tier_mix import tier_mix
from training.reporting import breakdown

CONFIG = GateConfig(bootstrap=100)


def spread(n: int = 6000) -> tuple[Cohort, np.ndarray]:
    """A toy cohort observed on every day of January, and calibrated probabilities of it."""
    cohort = toy_cohort(n)
    day = np.random.default_rng(1).integers(0, 31, n)
    moments = [datetime(2024, 1, 1, 5) + timedelta(days=int(d)) for d in day]
    frame = cohort.matrix.frame.with_columns(as_of=pl.Series(moments, dtype=pl.Datetime("us")))
    values = frame.select("income", "debt").to_numpy()
    pd = 1 / (1 + np.exp(1.2 + 1.1 * values[:, 0] - 0.9 * values[:, 1]))
    return replace(cohort, matrix=FeatureMatrix(frame, cohort.matrix.catalogue)), pd


def test_the_thirds_of_the_month_hold_every_row_once_and_have_their_own_metrics() -> None:
    cohort, pd = spread()
    parts = {part.name: part for part in parts_of(cohort, pd, CONFIG)}
    assert list(parts) == ["day_1_10", "day_11_20", "day_21_31"]
    assert sum(part.n for part in parts.values()) == cohort.n
    day = cohort.as_of.dt.day().to_numpy()
    for name, mask in (("day_1_10", day <= 10), ("day_21_31", day >= 21)):
        expected, found = measure(cohort.bad[mask], pd[mask]), parts[name].estimates
        assert found["auc"].value == pytest.approx(expected["auc"])
        assert found["ks"].value == pytest.approx(expected["ks"])
        assert found["predicted_over_observed"].value == pytest.approx(
            pd[mask].sum() / cohort.bad[mask].sum()
        )
        assert all(f.interval.low < f.value < f.interval.high for f in found.values())


def test_one_day_alone_has_no_thirds_and_too_few_bads_have_no_figures() -> None:
    cohort = toy_cohort(200)
    assert parts_of(cohort, np.full(200, 0.2), CONFIG) == ()
    some, pd = spread(60)
    first = parts_of(some, pd, CONFIG)[0]
    assert first.n_bad < 10
    assert first.estimates == {}
    assert "| – | – | – |" in breakdown.markdown_of_parts((first,))


def test_accounts_that_a_hard_rule_holds_are_not_among_those_that_the_score_decides() -> None:
    cohort, pd = spread()
    late = np.arange(cohort.n) % 3 == 0
    month_end = cohort.as_of.dt.offset_by("-40d").dt.epoch("us").to_numpy()
    facts = pl.DataFrame(
        {
            "as_of": cohort.as_of,
            "overdue_now_cny": np.zeros(cohort.n),
            "last_dpd30_at": np.where(late, month_end, np.nan),
        },
        nan_to_null=True,
    )
    parts = {part.name: part for part in parts_of(replace(cohort, facts=facts), pd, CONFIG)}
    assert parts["no_rule"].n == int((~late).sum())
    assert parts["no_rule"].estimates["auc"].value == pytest.approx(
        measure(cohort.bad[~late], pd[~late])["auc"]
    )


def test_tiers_that_hang_on_the_day_are_found_and_a_flat_mix_is_not() -> None:
    cohort, pd = spread()
    pd = pd / 10
    flat = tier_mix(cohort, pd, "portfolio", 0.03)
    assert flat is not None
    assert flat.p_value > 0.001
    assert flat.counts.sum() == (cohort.as_of.dt.day() <= 28).sum()
    late = cohort.as_of.dt.day().to_numpy() > 20
    tilted = tier_mix(cohort, np.where(late, 1.5 * pd, pd), "portfolio", 0.03)
    assert tilted is not None
    assert tilted.p_value < 1e-6
    assert tilted.raising_shares[20:].mean() < tilted.raising_shares[:20].mean()
    assert tier_mix(toy_cohort(100), np.full(100, 0.1), "portfolio", 0.03) is None


def test_a_probability_on_a_cut_belongs_to_the_safer_tier_as_in_a_decision() -> None:
    cohort, _ = spread()
    found = tier_mix(cohort, np.full(cohort.n, 0.03), "portfolio", 0.03)
    assert found is not None
    assert found.names[2] == "C"
    assert found.counts[:, 2].sum() == found.counts.sum()
    assert (found.raising_shares == 1.0).all()


def test_the_keys_of_the_report_name_part_and_figure() -> None:
    cohort, pd = spread()
    keys = breakdown.part_keys(parts_of(cohort, pd, CONFIG))
    assert keys["day_1_10_auc_ci_low"] < keys["day_1_10_auc"] < keys["day_1_10_auc_ci_high"]  # type: ignore[operator]
    rows = breakdown.summary_rows({**keys, **breakdown.tier_keys(tier_mix(cohort, pd, "portfolio", 0.03))})
    assert list(rows) == [
        "AUC, day 1 / 11 / 21 on",
        "KS, day 1 / 11 / 21 on",
        "predicted / observed, day 1 / 11 / 21 on",
        "tiers by day of the month",
    ]
