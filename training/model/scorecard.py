"""WOE scorecard, the challenger: binned by `optbinning`, trained on the same fit set.

Bins are found by `BinningProcess` (Navas-Palencia 2020) with the trend that the catalogue states, or `auto`
where it states none. A ridge logistic regression on the weights of evidence gives the points. A variable
whose coefficient has the wrong sign would reverse its own evidence: it is dropped and the rest refitted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from optbinning import BinningProcess
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from features.arrays import Bools, Floats
from features.errors import DataError
from features.matrix import FeatureMatrix
from features.spec import FeatureCatalogue, FeatureMeta
from serving.model.types import Scaling
from training.config.schema import ScorecardConfig
from training.data.cohort import Cohort
from training.model.cross_fitting import account_folds, training_codes

FOLDS = 5
FOLD_SEED = 2026
TRENDS = {1: "ascending", -1: "descending", 0: "auto"}


@dataclass(frozen=True)
class WoeScorecard:
    """A fitted scorecard.

    Attributes:
        process: the binning; kept in memory only, what is saved is `table`.
        names: variables used.
        weights: (k,) coefficients on WOE, all ≤ 0 (optbinning's WOE rises with the share of goods).
        intercept: log-odds of bad at WOE 0.
        table: one row a bin: variable, theme and reason code, bin, count, bad rate, woe, iv, points.
    """

    process: BinningProcess
    names: tuple[str, ...]
    weights: Floats
    intercept: float
    table: pl.DataFrame

    def log_odds(self, matrix: FeatureMatrix) -> Floats:
        """(n,) log-odds of bad."""
        woe = np.asarray(_woe(self.process, matrix)[list(self.names)], dtype=np.float64)
        return np.asarray(woe @ self.weights + self.intercept)

    def pd(self, matrix: FeatureMatrix) -> Floats:
        """(n,) probability of bad."""
        return np.asarray(expit(self.log_odds(matrix)), dtype=np.float64)


def fit_scorecard(cohort: Cohort, config: ScorecardConfig, scaling: Scaling) -> WoeScorecard:
    """Fits bins and points to these rows.

    Raises:
        DataError: no variable reaches the minimum information value.
    """
    cohort = cohort.select(preselected(cohort, config))
    process = _bin(cohort, config)
    names = _selected(process, config)
    names, model = _signed(_training_woe(process, cohort, config), cohort.bad, names, config)
    weights, intercept = model.coef_[0], float(model.intercept_[0])
    table = _table(process, names, weights, cohort.matrix.catalogue, scaling)
    return WoeScorecard(process, names, weights, intercept, table)


def preselected(cohort: Cohort, config: ScorecardConfig) -> tuple[str, ...]:
    """Twice `max_features` variables by information value in ten bins of equal count.

    A category of nothing but rare levels is left out: they would all be one bin.

    Preselection by a coarse information value, because the exact binning solves an integer programme for each
    variable: on 200 features it would take longer than the boosted model itself.
    """
    catalogue, x = cohort.matrix.catalogue, training_codes(cohort, FOLD_SEED)
    values = [coarse_iv(x[:, i], cohort.bad) for i in range(x.shape[1])]
    usable = [not _only_rare_levels(cohort, meta, config) for meta in catalogue.features]
    order = np.argsort(-np.where(usable, values, -1.0), kind="stable")[: 2 * config.max_features]
    order = order[np.asarray(usable)[order]]
    return tuple(catalogue.names[i] for i in np.sort(order))


def coarse_iv(values: Floats, bad: Bools, bins: int = 10) -> float:
    """Information value of (n,) codes in bins of equal count and one of missing values (Siddiqi 2006)."""
    known = ~np.isnan(values)
    if not known.any():
        return 0.0
    cuts = np.unique(np.quantile(values[known], np.linspace(0, 1, bins + 1)[1:-1]))
    place = np.where(known, 1 + np.searchsorted(cuts, values), 0)
    bads = np.bincount(place[bad], minlength=len(cuts) + 2) + 0.5
    goods = np.bincount(place[~bad], minlength=len(cuts) + 2) + 0.5
    p, q = goods / goods.sum(), bads / bads.sum()
    return float(np.sum((p - q) * np.log(p / q)))


def _training_woe(process: BinningProcess, cohort: Cohort, config: ScorecardConfig) -> Any:
    """WOE of the rows that the weights are fitted to; that of categories by bins learnt from other accounts.

    Bins that merge levels by their bad rate hold the outcomes of the rows they are given to, as target codes
    do (`training.model.cross_fitting`); the few rising or falling bins of a number hardly do.
    """
    woe = _woe(process, cohort.matrix)
    categories = [meta.name for meta in cohort.matrix.catalogue.features if meta.kind == "category"]
    if not categories:
        return woe
    only = cohort.select(categories)
    for inside, others in account_folds(cohort.groups, FOLD_SEED, FOLDS):
        learnt = _woe(_bin(only.take(others), config), only.matrix.take(inside))
        woe.loc[inside, categories] = learnt[categories].to_numpy()
    return woe


def _bin(cohort: Cohort, config: ScorecardConfig) -> BinningProcess:
    features = cohort.matrix.catalogue.features
    process = BinningProcess(
        [meta.name for meta in features],
        categorical_variables=[meta.name for meta in features if meta.kind == "category"],
        max_n_bins=config.max_bins,
        min_bin_size=config.min_bin_share,
        selection_criteria={"iv": {"min": 0.0}},
        binning_fit_params={meta.name: _binning(meta, config) for meta in features},
    )
    process.fit(_pandas(cohort.matrix, process.variable_names), cohort.bad.astype(int))
    return process


def _binning(meta: FeatureMeta, config: ScorecardConfig) -> dict[str, Any]:
    """A number's trend; for a category the share below which levels are one bin."""
    if meta.kind == "number":
        return {"monotonic_trend": TRENDS[meta.direction]}
    return {"cat_cutoff": _least_share(config)}


def _least_share(config: ScorecardConfig) -> float:
    """Share of the rows below which a level is binned with the other rare ones: a third of the least bin."""
    return config.min_bin_share / 3


def _only_rare_levels(cohort: Cohort, meta: FeatureMeta, config: ScorecardConfig) -> bool:
    """Whether a category has no level that is large enough for a bin, with room for its share in a fold."""
    if meta.kind == "number":
        return False
    largest = cohort.matrix.frame[meta.name].drop_nulls().value_counts()["count"].max()
    return not isinstance(largest, int) or largest < 2 * _least_share(config) * cohort.n


def _selected(process: BinningProcess, config: ScorecardConfig) -> tuple[str, ...]:
    summary = process.summary()
    iv = summary["iv"].astype(float)
    ranked = summary.assign(iv=iv).sort_values(["iv", "name"], ascending=[False, True])
    kept = ranked[ranked["iv"] >= config.min_iv]
    names = tuple(kept["name"].head(config.max_features))
    if not names:
        raise DataError(
            f"scorecard: no variable has an information value of {config.min_iv}, the largest is "
            f"{iv.max():.4f}: lower [scorecard] min_iv, or set enabled = false"
        )
    return names


def _woe(process: BinningProcess, matrix: FeatureMatrix) -> Any:
    return process.transform(
        _pandas(matrix, process.variable_names),
        metric="woe",
        metric_missing="empirical",
        metric_special="empirical",
    )


def _signed(
    woe: Any, bad: Bools, names: tuple[str, ...], config: ScorecardConfig
) -> tuple[tuple[str, ...], LogisticRegression]:
    """The regression without the variables whose coefficient has the wrong sign, worst first."""
    while True:
        model = LogisticRegression(C=config.c, max_iter=500).fit(woe[list(names)].to_numpy(), bad)
        wrong = model.coef_[0] > 0
        if not wrong.any() or len(names) == 1:
            return names, model
        worst = int(np.argmax(model.coef_[0]))
        names = names[:worst] + names[worst + 1 :]


def _table(
    process: BinningProcess,
    names: tuple[str, ...],
    weights: Floats,
    catalogue: FeatureCatalogue,
    scaling: Scaling,
) -> pl.DataFrame:
    metas = {meta.name: meta for meta in catalogue.features}
    codes = {theme.key: theme.code for theme in catalogue.themes}
    rows = [
        row
        for name, weight in zip(names, weights, strict=True)
        for row in _bins(process, metas[name], codes[metas[name].theme], float(weight), scaling)
    ]
    return pl.DataFrame(rows)


def _bins(
    process: BinningProcess, meta: FeatureMeta, code: str, weight: float, scaling: Scaling
) -> list[dict[str, Any]]:
    table = process.get_binned_variable(meta.name).binning_table.build(add_totals=False)
    kept = table[table["Count"] > 0]
    return [
        {
            "variable": meta.name,
            "theme": meta.theme,
            "reason_code": code,
            "bin": _label(row["Bin"]),
            "count": int(row["Count"]),
            "bad_rate": float(row["Event rate"]),
            "woe": float(row["WoE"]),
            "iv": float(row["IV"]),
            "points": round(-scaling.factor * weight * float(row["WoE"]), 1),
        }
        for _, row in kept.iterrows()
    ]


def _label(bin_: Any) -> str:
    return bin_ if isinstance(bin_, str) else ", ".join(str(level) for level in bin_)


def _pandas(matrix: FeatureMatrix, names: Sequence[str]) -> Any:
    return matrix.frame.select(names).to_pandas()
