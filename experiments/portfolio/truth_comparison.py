"""The portfolio model beside the truth of its world: how far from the best that anyone could do?

Training never sees any of this. The true probability is that of going bad from the whole state at `as_of`, of
which a lender sees a part, with the luck to come left open: its AUC is the ceiling of any model.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import logit
from scipy.stats import spearmanr

from experiments.portfolio.truth import true_risk
from features import paths
from features.arrays import Floats
from features.matrix import KEYS, Observations
from features.tables import TableStore
from training.evaluation.evaluate import Evaluation
from training.evaluation.metrics import Ranking
from training.reporting.plots.style import BLUE, GOLD, GREY, RED, figure, legend
from training.reporting.result import Value

EPS = 1e-5


@dataclass(frozen=True)
class Side:
    """The model and the truth on the same rows.

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


def compare(found: Evaluation, futures: int = 64) -> tuple[Side, ...]:
    """All test rows first, then month by month."""
    store = TableStore(paths.dataset("simulated"))
    keys = found.cohort.matrix.frame.select(KEYS)
    truth = true_risk(store, Observations(keys), paths=futures)["true_pd"].to_numpy()
    months = found.cohort.as_of.dt.strftime("%Y-%m").to_numpy()
    everyone = np.ones(len(months), dtype=bool)
    masks = {"all": everyone} | {str(month): months == month for month in np.unique(months)}
    bad, pd = found.cohort.bad, found.scored.pd
    return tuple(side(name, bad[mask], pd[mask], truth[mask]) for name, mask in masks.items())


def side(name: str, bad: NDArray[np.bool_], pd: Floats, truth: Floats) -> Side:
    """The figures of one set of rows: (n,) outcomes, predicted and true probabilities."""
    ours, best = Ranking.of(bad, pd).auc_ks(), Ranking.of(bad, truth).auc_ks()
    x, y = (logit(np.clip(p, EPS, 1 - EPS)) for p in (pd, truth))
    return Side(
        name=name,
        n=len(bad),
        auc=ours[0],
        auc_truth=best[0],
        ks=ours[1],
        ks_truth=best[1],
        mean_pd=float(pd.mean()),
        mean_true=float(truth.mean()),
        bad_rate=float(bad.mean()),
        slope=float(np.polyfit(x, y, 1)[0]),
        rank=float(spearmanr(pd, truth).statistic),
    )


def keys_of(sides: tuple[Side, ...]) -> dict[str, Value]:
    """Flat keys for the report."""
    flat: dict[str, Value] = {}
    for one in sides:
        prefix = "truth" if one.name == "all" else f"truth_{one.name.replace('-', '_')}"
        flat[f"{prefix}_auc"], flat[f"{prefix}_ks"] = one.auc_truth, one.ks_truth
        flat[f"{prefix}_mean_pd"], flat[f"{prefix}_slope"] = one.mean_true, one.slope
        flat[f"{prefix}_rank_correlation"] = one.rank
    whole = sides[0]
    flat["auc_share_of_truth"] = (whole.auc - 0.5) / (whole.auc_truth - 0.5)
    return flat


def frame(sides: tuple[Side, ...]) -> pl.DataFrame:
    """Side by side, a row a month, for the terminal."""
    return pl.DataFrame([vars(one) for one in sides])


def plot(path: Path, sides: tuple[Side, ...]) -> None:
    """AUC of the model and of the truth, and mean probabilities, month by month."""
    months = sides[1:]
    x = np.arange(len(months))
    with figure(path, width=max(6.4, 2.4 + 1.6 * len(months))) as axes:
        for shift, name, colour in (
            (-0.27, "mean_pd", BLUE),
            (0.0, "mean_true", GOLD),
            (0.27, "bad_rate", RED),
        ):
            label = {"mean_pd": "predicted", "mean_true": "true probability", "bad_rate": "observed"}[name]
            axes.bar(x + shift, [getattr(m, name) for m in months], 0.25, color=colour, label=label)
        top = max(max(m.mean_pd, m.mean_true, m.bad_rate) for m in months)
        for i, m in enumerate(months):
            text = f"AUC {m.auc:.3f}\ntruth {m.auc_truth:.3f}"
            axes.text(i, max(m.mean_pd, m.mean_true, m.bad_rate) + 0.02 * top, text, ha="center", fontsize=9)
        axes.set_xticks(x, [m.name for m in months])
        axes.set(ylim=(0, top * 1.45), ylabel="probability of bad")
        axes.grid(visible=False, axis="x")
        axes.tick_params(axis="x", color=GREY)
        axes.set_title("Predicted, true and observed, test months")
        legend(axes, loc="upper right", ncols=3)
