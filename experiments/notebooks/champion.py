"""Opens a champion with its test set, ready to be explained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from experiments.fidelity.champion import refuse_other_data
from features import paths
from features.arrays import Positions
from serving.decision.engine import DecisionEngine
from serving.decision.policy import packaged
from serving.decision.types import Prediction
from serving.model.bundle import BundleStore, ModelBundle
from serving.model.encoder import Value
from serving.model.scorer import Scorer
from serving.model.types import Scored
from serving.service.commands import champion_of
from training.config.files import load_config
from training.data.cohort import Cohort
from training.data.sources import load_source
from training.data.splits import make_split


@dataclass(frozen=True)
class OpenedChampion:
    """A champion and the test rows that none of its parameters were learnt from.

    Attributes:
        name: configuration that it was trained by.
        bundle: the verified model bundle.
        scorer: scores with it.
        engine: decides with it, under the packaged policy.
        test: n test rows with their outcomes.
        scored: what the scorer says of these n rows.
    """

    name: str
    bundle: ModelBundle
    scorer: Scorer
    engine: DecisionEngine
    test: Cohort
    scored: Scored

    @property
    def folder(self) -> Path:
        """Where plots of this champion are written."""
        return paths.reports() / self.name / "notebook"

    def rows(self, positions: Positions) -> Sequence[Mapping[str, Value]]:
        """Feature values of the test rows at these positions, as the service takes them; None = absent."""
        names = self.bundle.spec.catalogue.names
        return self.test.matrix.frame[positions].select(names).to_dicts()


def open_champion(config: str) -> OpenedChampion:
    """The champion of a configuration, with its test set scored.

    Args:
        config: a shipped configuration by name, or the path of a TOML file.

    Raises:
        BundleError: there is no champion, its bundle is damaged, or the data has changed since.
    """
    settings = load_config(config)
    pointer = champion_of(settings.name)
    bundle = BundleStore().load(pointer.sha256)
    source = load_source(settings, lambda *_: None)
    refuse_other_data(bundle, source.cohort)
    test = source.cohort.take(make_split(source.cohort, settings, source.as_ofs).test)
    scorer = Scorer(bundle)
    engine = DecisionEngine(scorer, pointer.sha256, packaged())
    return OpenedChampion(settings.name, bundle, scorer, engine, test, scorer.score_matrix(test.matrix))


def spread_over_scores(opened: OpenedChampion, n: int) -> Positions:
    """(n,) positions of test rows at evenly spaced quantiles of the score, the riskiest first."""
    order = np.argsort(opened.scored.score, kind="stable")
    return order[np.linspace(0, len(order) - 1, n).astype(np.intp)]


def explained(opened: OpenedChampion, positions: Positions) -> tuple[Prediction, ...]:
    """The service's own answers for the test rows at these positions."""
    return opened.engine.predict(opened.rows(positions))


def score_table(predictions: Sequence[Prediction]) -> pl.DataFrame:
    """One line a prediction: pd, score, tier, base points, then the points of every theme.

    `base_points` and the points of the themes add up to `score` in every line.
    """
    figures = ("pd", "score", "tier", "base_points")
    return pl.DataFrame(
        [{name: getattr(p, name) for name in figures} | dict(p.theme_points) for p in predictions]
    )


def reason_table(prediction: Prediction) -> pl.DataFrame:
    """The stated reasons of one prediction: code, points, the sentence in English and in Chinese."""
    schema = {"code": pl.String, "points": pl.Int64, "en": pl.String, "zh": pl.String}
    reasons = (*prediction.reasons, *prediction.why_not_higher)
    return pl.DataFrame([(r.code, r.points, r.en, r.zh) for r in reasons], schema=schema, orient="row")
