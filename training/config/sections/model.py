"""Sections about the model: search space, tuning, fit, calibration, scaling, scorecard."""

from typing import Literal

from pydantic import Field, model_validator

from training.config.sections.base import ConfigSection, Range


class SpaceConfig(ConfigSection):
    """The search space; a range with equal ends is fixed."""

    learning_rate: Range = (0.02, 0.1)
    num_leaves: Range = (4, 32)
    max_depth: Range = (2, 6)
    min_data_in_leaf: Range = (20, 400)
    feature_fraction: Range = (0.3, 1.0)
    bagging_fraction: Range = (0.5, 1.0)
    lambda_l1: Range = (1e-3, 10.0)
    lambda_l2: Range = (1e-3, 100.0)
    min_gain_to_split: Range = (0.0, 1.0)
    path_smooth: Range = (0.0, 0.0)
    monotone_penalty: Range = (0.0, 0.0)

    @model_validator(mode="after")
    def _ordered(self) -> "SpaceConfig":
        for name, (low, high) in dict(self).items():
            if low > high:
                raise ValueError(f"{name}: the lower end of the range [{low}, {high}] exceeds the upper")
        if self.max_depth[1] > 6:
            raise ValueError(
                f"max_depth up to {self.max_depth[1]:g}: exact reasons need trees of depth at most 6"
            )
        return self


class TuningConfig(ConfigSection):
    """Hyperparameter search, inside the fit set alone."""

    trials: int = Field(30, ge=1)
    validation: Literal["holdout", "cross_validation"] = "cross_validation"
    metric: Literal["auc", "binary_logloss"] = "auc"
    folds: int = Field(5, ge=2)
    repeats: int = Field(1, ge=1)
    seed: int = 2026
    n_jobs: int = Field(1, ge=1)
    threads: int = Field(2, ge=1)
    max_rounds: int = Field(1000, ge=10)
    patience: int = Field(50, ge=5)
    prune: bool = True
    storage: str = ""
    space: SpaceConfig = SpaceConfig()


class ModelConfig(ConfigSection):
    """What every trial and the final fit share."""

    monotone: bool = True
    monotone_method: Literal["basic", "intermediate"] = Field(
        "basic", description="LightGBM 4.7's `advanced` breaks its own constraints (see experiments/LOG.md)"
    )
    max_bin: int = Field(255, ge=15, le=1023)
    seeds: int = Field(1, ge=1, le=10, description="fits with other seeds whose trees are averaged")
    rounds_factor: float = Field(1.0, gt=0.5, lt=2.0)
    seed: int = 2026
    source_dropout: float = Field(
        0.0, ge=0.0, lt=1.0, description="share of training rows in which a linked source is masked"
    )
    leave_out: tuple[str, ...] = ()
    leave_out_themes: tuple[str, ...] = ()


class CalibrationConfig(ConfigSection):
    """Platt scaling, on a calibration set or on out-of-fold margins, and recalibration in the large."""

    method: Literal["holdout", "cross_fitted"] = "cross_fitted"
    folds: int = Field(5, ge=2)
    recalibration_window: int = Field(
        0, ge=0, description="months of the early outcome that the intercept is recalibrated on; 0 = none"
    )
    recalibration_months: int = Field(3, ge=1, description="recent as-of months with that early outcome")


class ScalingConfig(ConfigSection):
    """Points to double the odds."""

    pdo: float = Field(20.0, gt=0)
    base_score: float = 600.0
    base_odds: float = Field(30.0, gt=0)


class ScorecardConfig(ConfigSection):
    """The WOE scorecard trained as challenger."""

    enabled: bool = True
    max_bins: int = Field(8, ge=2, le=30)
    min_bin_share: float = Field(0.03, gt=0, lt=0.5)
    min_iv: float = Field(0.02, ge=0)
    max_features: int = Field(40, ge=1)
    c: float = Field(0.1, gt=0)
