"""LightGBM settings of the project: numeric codes only, bounded depth, deterministic trees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np

from features.arrays import Bools, Floats
from training.config.schema import ModelConfig, TuningConfig

Params = Mapping[str, Any]


@dataclass(frozen=True)
class FitSettings:
    """Settings that all fits of a run share.

    Attributes:
        names: feature names in column order.
        directions: monotone constraints in column order; empty = none.
        model: shared settings.
        tuning: metric and threads.
    """

    names: Sequence[str]
    directions: Sequence[int]
    model: ModelConfig
    tuning: TuningConfig

    def params(self, chosen: Params, *, seed: int | None = None) -> dict[str, Any]:
        """All booster parameters: the searched ones over the shared ones."""
        base = {
            "objective": "binary",
            "metric": self.tuning.metric,
            "verbosity": -1,
            "deterministic": True,
            "force_col_wise": True,
            "num_threads": self.tuning.threads,
            "seed": self.model.seed if seed is None else seed,
            "bagging_freq": 1,
            "max_bin": self.model.max_bin,
            "feature_pre_filter": False,
        }
        return {**base, **self._constraints(), **chosen}

    def _constraints(self) -> dict[str, Any]:
        if not any(self.directions):
            return {}
        return {
            "monotone_constraints": list(self.directions),
            "monotone_constraints_method": self.model.monotone_method,
        }

    def dataset(self, x: Floats, bad: Bools, like: lgb.Dataset | None = None) -> lgb.Dataset:
        """A Dataset of (n, f) codes and (n,) outcomes, binned once, by the bins of another one if given."""
        params = {"max_bin": self.model.max_bin, "feature_pre_filter": False, "verbosity": -1}
        outcomes, names = bad.astype(np.float64), list(self.names)
        return lgb.Dataset(x, outcomes, reference=like, feature_name=names, params=params).construct()

    def train(
        self, data: lgb.Dataset, chosen: Params, rounds: int, *, seed: int | None = None
    ) -> lgb.Booster:
        """Trains a fixed number of rounds, nothing held out."""
        return lgb.train(self.params(chosen, seed=seed), data, num_boost_round=rounds)


def parse_score(evaluation: Any) -> float:
    """The value of one entry of `CallbackEnv.evaluation_result_list`."""
    return float(evaluation[2])
