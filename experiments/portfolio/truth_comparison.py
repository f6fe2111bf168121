"""The portfolio model against the true probabilities: how far from the best that any model could do?

Training never reads the truth. The true probability is that of going bad given the whole simulated state at
`as_of`, of which a lender observes a part; later random draws are averaged out. Its AUC is the ceiling of
every model.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from scipy.special import logit
from scipy.stats import spearmanr

from experiments.portfolio.truth import true_risk
from features import paths
from features.arrays import Bools, Floats
from features.matrix import KEYS, Observations
from features.tables import TableStore
from training.evaluation.evaluate import Evaluation
from training.evaluation.metrics import Ranking
from training.reporting.plots.style import BLUE, GOLD, GREY, RED, figure, legend
from training.reporting.result import Value

EPS = 1e-5
BARS = (
    (-0.27, "mean_pd", "predicted", BLUE),
    (0.0, "mean_true", "true probability", GOLD),
    (0.27, "bad_rate", "observed", RED),
)
"""Bars of the plot: position beside the month, attribute, label, colour."""


@dataclass(frozen=True)
class TruthComparison:
    """The model and the true probabilities on the same rows.

    Attributes:
        name: `all` or a month, `YYYY-MM`.
        n: rows.
        auc: of the model; `auc_truth` of the true probability.
        ks: of the model; `ks_truth` of the true probability.
        mean_pd: predicted; `mean_true` true; `bad_rate` observed.
        slope: of the true log-odds on the predicted ones, by least squares: 1 = spread as it should be.
        rank: Spearman correlation of predicted and true probability.
    """

    name: str
    n: int
    auc: float
    auc_truth: float
    ks: float
    ks_truth: float
    mean_pd: float
    mean_true: float
    bad_rate: float
    slope: float
    rank: float


def compare(found: Evaluation, n_paths: int = 64) -> tuple[TruthComparison, ...]:
    """All test rows first, then month by month; `n_paths` Monte Carlo paths a row."""
    store = TableStore(paths.dataset("simulated"))
    keys = found.cohort.matrix.frame.select(KEYS)
    truth = true_risk(store, Observations(keys), paths=n_paths)["true_pd"].to_numpy()
    months = found.cohort.as_of.dt.strftime("%Y-%m").to_numpy()
    everyone = np.ones(len(months), dtype=bool)
    masks = {"all": everyone} | {str(month): months == month for month in np.unique(months)}
    bad, pd = found.cohort.bad, found.scored.pd
    return tuple(compare_rows(name, bad[mask], pd[mask], truth[mask]) for name, mask in masks.items())


def compare_rows(name: str, bad: Bools, pd: Floats, truth: Floats) -> TruthComparison:
    """The figures of one set of rows: (n,) outcomes, predicted and true probabilities."""
    model, ceiling = Ranking.of(bad, pd).auc_ks(), Ranking.of(bad, truth).auc_ks()
    x, y = (logit(np.clip(p, EPS, 1 - EPS)) for p in (pd, truth))
    return TruthComparison(
        name=name,
        n=len(bad),
        auc=model[0],
        auc_truth=ceiling[0],
        ks=model[1],
        ks_truth=ceiling[1],
        mean_pd=float(pd.mean()),
        mean_true=float(truth.mean()),
        bad_rate=float(bad.mean()),
        slope=float(np.polyfit(x, y, 1)[0]),
        rank=float(spearmanr(pd, truth).statistic),
    )


def report_figures(rows: tuple[TruthComparison, ...]) -> dict[str, Value]:
    """Flat keys for the report."""
    flat: dict[str, Value] = {}
    for row in rows:
        prefix = "truth" if row.name == "all" else f"truth_{row.name.replace('-', '_')}"
        flat[f"{prefix}_auc"], flat[f"{prefix}_ks"] = row.auc_truth, row.ks_truth
        flat[f"{prefix}_mean_pd"], flat[f"{prefix}_slope"] = row.mean_true, row.slope
        flat[f"{prefix}_rank_correlation"] = row.rank
    overall = rows[0]
    flat["auc_share_of_truth"] = (overall.auc - 0.5) / (overall.auc_truth - 0.5)
    return flat


def plot(path: Path, rows: tuple[TruthComparison, ...]) -> None:
    """Mean probabilities and both AUCs, month by month."""
    months = rows[1:]
    x = np.arange(len(months))
    with figure(path, width=max(6.4, 2.4 + 1.6 * len(months))) as axes:
        for shift, name, label, colour in BARS:
            axes.bar(x + shift, [getattr(m, name) for m in months], 0.25, color=colour, label=label)
        _label_auc(axes, months)
        axes.set_xticks(x, [m.name for m in months])
        axes.grid(visible=False, axis="x")
        axes.tick_params(axis="x", color=GREY)
        axes.set_title("Predicted, true and observed default rate, test months")
        legend(axes, loc="upper right", ncols=3)


def _label_auc(axes: Axes, months: tuple[TruthComparison, ...]) -> None:
    """Both AUCs above the bars of each month, with room for them."""
    heights = [max(m.mean_pd, m.mean_true, m.bad_rate) for m in months]
    top = max(heights)
    for i, (m, height) in enumerate(zip(months, heights, strict=True)):
        text = f"AUC {m.auc:.3f}\ntruth {m.auc_truth:.3f}"
        axes.text(i, height + 0.02 * top, text, ha="center", fontsize=9)
    axes.set(ylim=(0, top * 1.45), ylabel="probability of bad")
