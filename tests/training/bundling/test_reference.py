from dataclasses import replace
from datetime import datetime

import numpy as np
import polars as pl
import pytest

from features.errors import ConfigError, DataError
from features.matrix import FeatureMatrix
from features.spec import FeatureCatalogue, FeatureMeta
from features.themes import THEMES
from training.bundling.reference import ReferenceSet, choose_reference
from training.bundling.strata import in_proportion, strata_of
from training.config.schema import ReasonsConfig
from training.data.candidates import Candidates

NAMES = {
    "tenure_months": "tenure",
    "other_balance": "other_debt",
    "asked": "inquiries",
    "fund": "housing_fund",
}


def meta(name: str, theme: str) -> FeatureMeta:
    return FeatureMeta(name, "number", theme, THEMES[theme].source, 0, False, "", "", name, name)


CATALOGUE = FeatureCatalogue(
    tuple(meta(name, theme) for name, theme in NAMES.items()),
    tuple(THEMES[theme] for theme in NAMES.values()),
)


def candidates_of(
    values: np.ndarray, raised: np.ndarray | None = None, accounts: np.ndarray | None = None
) -> Candidates:
    n = len(values)
    account = np.arange(n) if accounts is None else accounts
    keys = pl.DataFrame(
        {"account_id": account, "as_of": [datetime(2024, 1 + i % 12, 1) for i in range(n)]},
        schema={"account_id": pl.Int64, "as_of": pl.Datetime("us")},
    )
    frame = keys.hstack(pl.DataFrame(values, schema=list(NAMES), orient="row").fill_nan(None).get_columns())
    return Candidates(FeatureMatrix(frame, CATALOGUE), account, raised, datetime(2025, 1, 1))


def portfolio(n: int = 400, seed: int = 1) -> np.ndarray:
    """Tenure, a bureau of two features that 40 % lack, a fund that 70 % lack."""
    rng = np.random.default_rng(seed)
    values = np.abs(rng.normal(size=(n, 4))) * [40.0, 1e4, 2.0, 500.0]
    values[rng.random(n) < 0.4, 1:3] = np.nan
    values[rng.random(n) < 0.7, 3] = np.nan
    return values


def own(chosen: ReferenceSet) -> np.ndarray:
    """Positions of the reference accounts among the candidates."""
    return np.asarray(chosen.keys["account_id"].to_numpy())


def by_tenure(codes: np.ndarray) -> np.ndarray:
    """Old accounts are safe, whatever their sources."""
    return np.clip(0.2 - codes[:, 0] / 500.0, 0.001, 0.2)


CONFIG = ReasonsConfig(n_reference=60, cutoff_pd=0.15)


def test_the_reference_passes_nearest_to_the_bar_first_and_every_source_is_there() -> None:
    codes = portfolio()
    chosen = choose_reference(candidates_of(codes), codes, by_tenure, CONFIG)
    assert len(chosen.rows) == 60
    assert chosen.pd.max() <= 0.15
    passing = np.sort(by_tenure(codes)[by_tenure(codes) <= 0.15])[::-1]
    assert chosen.pd.mean() > passing.mean() + 0.01
    assert not np.isnan(chosen.rows).any()


def test_in_a_cross_section_the_reference_is_spread_over_those_near_the_cutoff() -> None:
    codes = portfolio(4000)
    dated = choose_reference(candidates_of(codes), codes, by_tenure, CONFIG)
    cross_section = replace(candidates_of(codes), present=None)
    chosen = choose_reference(cross_section, codes, by_tenure, CONFIG)
    odds, cutoff = np.log(chosen.pd / (1 - chosen.pd)), np.log(0.15 / 0.85)
    assert dated.pd.min() > 0.145
    assert chosen.pd.max() <= 0.15
    assert cutoff - CONFIG.near <= odds.min() < cutoff - 0.8 * CONFIG.near
    again = choose_reference(cross_section, codes, by_tenure, CONFIG)
    assert chosen.keys.equals(again.keys)


def test_raised_accounts_near_the_bar_come_first_and_raised_ones_far_below_it_do_not() -> None:
    codes = portfolio()
    pd = by_tenure(codes)
    near, far = (pd <= 0.15) & (pd > 0.06), pd < 0.05
    some = near & (np.arange(400) % 4 == 0)
    chosen = choose_reference(candidates_of(codes, some | far), codes, by_tenure, CONFIG)
    assert some.sum() > 30
    assert chosen.raised.sum() >= 0.9 * some.sum()
    assert chosen.pd.min() > 0.05


def test_a_missing_source_is_imputed_whole_from_one_donor_of_the_segment_that_passes() -> None:
    codes = portfolio()
    config = CONFIG.model_copy(update={"segments": {"tenure_months": (60.0,)}})
    chosen = choose_reference(candidates_of(codes), codes, by_tenure, config)
    own = codes[chosen.keys["account_id"].to_numpy()]
    blocks = {(block.place, block.source): block.row for block in chosen.imputed}
    columns = {"bureau": [1, 2], "housing_fund": [3]}
    for place in range(len(own)):
        for source, at in columns.items():
            if np.isnan(own[place, at]).all():
                donor = blocks.pop((place, source))
                assert chosen.rows[place, at].tolist() == codes[donor, at].tolist()
                assert (codes[donor, 0] >= 60.0) == (own[place, 0] >= 60.0)
                assert by_tenure(codes)[donor] <= 0.15
            else:
                assert chosen.rows[place, at].tolist() == own[place, at].tolist()
    assert not blocks


def test_a_source_without_donors_stays_absent() -> None:
    codes = portfolio()
    codes[:, 3] = np.nan
    chosen = choose_reference(candidates_of(codes), codes, by_tenure, CONFIG)
    assert np.isnan(chosen.rows[:, 3]).all()
    assert not np.isnan(chosen.rows[:, 1]).any()


def test_imputed_accounts_that_no_longer_pass_are_dropped() -> None:
    def dear_together(rows: np.ndarray) -> np.ndarray:
        return np.where((rows[:, 3] > 300.0) & (rows[:, 0] < 30.0), 0.9, by_tenure(rows))

    codes = portfolio()
    chosen = choose_reference(candidates_of(codes), codes, dear_together, CONFIG)
    assert (chosen.rows[:, 3] > 300.0).any()
    assert (chosen.rows[:, 0] < 30.0).any()
    assert not ((chosen.rows[:, 3] > 300.0) & (chosen.rows[:, 0] < 30.0)).any()


def test_a_cutoff_that_no_imputed_account_passes_is_refused() -> None:
    def complete_is_dear(rows: np.ndarray) -> np.ndarray:
        return np.where(np.isnan(rows).any(axis=1), 0.1, 0.9)

    codes = portfolio()
    codes[:5, 1:] = 1.0
    with pytest.raises(DataError, match="still pass once their missing sources are imputed"):
        choose_reference(
            candidates_of(codes), codes, lambda r: np.where(r[:, 0] > 1e9, 0.0, complete_is_dear(r)), CONFIG
        )


def test_strata_are_segments_times_the_sources_that_an_account_has() -> None:
    nan = np.nan
    codes = np.array([[5, 1, 1, 1], [70, 1, 1, 1], [5, nan, nan, 1], [5, 1, nan, 1], [nan, 1, 1, nan]])
    strata = strata_of(CATALOGUE, codes, {"tenure_months": (60.0,)}).tolist()
    assert strata[0] == strata[3]
    assert len(set(strata)) == 4


def test_any_first_rows_represent_all_strata_in_proportion_and_keep_their_order() -> None:
    strata = np.array([0] * 60 + [1] * 30 + [2] * 10)
    ordered = np.random.default_rng(2).permutation(100)
    first = in_proportion(ordered, strata, np.arange(100))[:20]
    assert np.bincount(strata[first]).tolist() == [12, 6, 2]
    of_zero = [row for row in ordered if strata[row] == 0][:12]
    assert [row for row in first if strata[row] == 0] == of_zero


def test_an_account_counts_once_in_the_reference_while_others_are_left() -> None:
    accounts = np.repeat(np.arange(80), 5)
    codes = portfolio()
    chosen = choose_reference(
        candidates_of(codes, accounts=accounts), codes, lambda r: np.full(len(r), 0.1), CONFIG
    )
    assert len(set(chosen.keys["account_id"])) == 60


def test_the_alternative_reference_is_drawn_from_all_applicants() -> None:
    codes = portfolio()
    config = CONFIG.model_copy(update={"population": "applicants"})
    chosen = choose_reference(candidates_of(codes), codes, by_tenure, config)
    assert chosen.pd.max() > 0.15
    assert abs(chosen.pd.mean() - by_tenure(codes).mean()) < 0.02


def test_other_references_hold_raised_accounts_alone_or_complete_ones_alone() -> None:
    codes = portfolio()
    raised = np.arange(400) % 3 == 0
    for population, expected in (("raised", raised), ("complete", ~np.isnan(codes).any(axis=1))):
        config = CONFIG.model_copy(update={"population": population, "n_reference": 40})
        chosen = choose_reference(candidates_of(codes, raised), codes, by_tenure, config)
        assert expected[own(chosen)].all()
        assert population != "raised" or chosen.pd.min() > 0.06
        assert len(chosen.rows) >= 30
        assert chosen.pd.max() <= 0.15
    with pytest.raises(DataError, match="population = 'raised': only 0 such accounts"):
        choose_reference(
            candidates_of(codes), codes, by_tenure, CONFIG.model_copy(update={"population": "raised"})
        )


def test_a_cutoff_that_no_account_passes_and_an_unknown_segment_are_refused() -> None:
    codes = portfolio()
    with pytest.raises(DataError, match=r"cutoff_pd = 0\.01"):
        choose_reference(
            candidates_of(codes), codes, lambda rows: np.full(len(rows), 0.5), ReasonsConfig(cutoff_pd=0.01)
        )
    with pytest.raises(ConfigError, match=r"segments\] city"):
        choose_reference(
            candidates_of(codes), codes, by_tenure, CONFIG.model_copy(update={"segments": {"city": (1.0,)}})
        )


def test_the_figures_describe_the_reference_set() -> None:
    codes = portfolio()
    raised = np.arange(400) % 2 == 0
    chosen = choose_reference(candidates_of(codes, raised), codes, by_tenure, CONFIG)
    figures = chosen.described()
    assert figures["reference_accounts"] == 60
    assert figures["reference_raised_share"] == chosen.raised.mean()
    assert figures["reference_sources_imputed"] == len(chosen.imputed)
    assert 0 < figures["reference_complete_share"] < 1
    assert figures["reference_complete_share"] == np.mean(~np.isnan(codes[own(chosen)]).any(axis=1))
    ages = [(datetime(2025, 1, 1) - moment).days for moment in chosen.keys["as_of"]]
    assert figures["reference_age_days_median"] == np.median(ages)
    assert figures["reference_age_days_highest"] == max(ages)
    kept = chosen.take(np.array([3, 1]))
    assert {block.place for block in kept.imputed} <= {0, 1}
    assert replace(kept, imputed=()).pd.tolist() == chosen.pd[[3, 1]].tolist()
