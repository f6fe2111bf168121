"""What a training run is told, once and in one file: every setting of `experiments/configs/<name>.toml`."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from features.adapters.flat import FlatConfig
from features.paths import ROOT

CONFIGS = ROOT / "experiments" / "configs"
Range = tuple[float, float]
Share = Field(gt=0.0, lt=1.0)


class ConfigSection(BaseModel):
    """A frozen section that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SimulatedData(ConfigSection):
    """The simulated portfolio; it is made when missing."""

    adapter: Literal["simulated"] = "simulated"
    accounts: int = Field(20_000, ge=200)
    months: int = Field(48, ge=30)
    seed: int = 2026


class UciTaiwanData(ConfigSection):
    """The real file UCI_Credit_Card.csv under `HEADROOM_DATA/uci_taiwan`."""

    adapter: Literal["uci_taiwan"] = "uci_taiwan"


class TablesData(ConfigSection):
    """A lender's own tables, as `make load` laid them out; how many months there are, the tables say."""

    adapter: Literal["tables"] = "tables"
    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", description="the NAME that the tables were loaded under"
    )


class LabelConfig(ConfigSection):
    """When an account counts as bad; it speaks only where labels are drawn from the delinquency table."""

    dpd: int = Field(60, ge=1, description="days past due that make an account bad")
    window_months: int = Field(12, ge=1, description="length of the performance window")
    indeterminate_dpd: int = Field(30, ge=1, description="worst days past due from which it is neither")
    min_tenure_months: int = Field(3, ge=0, description="younger accounts are left out, and counted")

    @model_validator(mode="after")
    def _ordered(self) -> "LabelConfig":
        if self.indeterminate_dpd > self.dpd:
            raise ValueError(f"indeterminate_dpd {self.indeterminate_dpd} lies above dpd {self.dpd}")
        return self


class SplitConfig(ConfigSection):
    """Which rows may teach, which calibrate, which judge."""

    kind: Literal["out_of_time", "stratified"] = "stratified"
    test_share: float = Share
    seed: int = 2026
    calibration_share: float = Field(0.15, gt=0.0, lt=0.5)
    validation_share: float = Field(0.2, gt=0.0, lt=0.5)
    history_months: int = Field(12, ge=0)
    train_every_months: int = Field(2, ge=1)
    test_months: int = Field(3, ge=1)


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
                raise ValueError(f"{name}: the range [{low}, {high}] is upside down")
        if self.max_depth[1] > 6:
            raise ValueError(
                f"max_depth up to {self.max_depth[1]:g}: exact reasons need trees of depth at most 6"
            )
        return self


class TuningConfig(ConfigSection):
    """How hyperparameters are found, inside the training rows alone."""

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
    leave_out: tuple[str, ...] = ()
    leave_out_themes: tuple[str, ...] = ()


class CalibrationConfig(ConfigSection):
    """Platt scaling, on a fold of its own or on out-of-fold margins."""

    method: Literal["holdout", "cross_fitted"] = "cross_fitted"
    folds: int = Field(5, ge=2)
    anchor_window: int = Field(
        0, ge=0, description="months of the early outcome that sets the level; 0 = none"
    )
    anchor_months: int = Field(3, ge=1, description="recent months it is taken from")


class ScalingConfig(ConfigSection):
    """Points to double the odds."""

    pdo: float = Field(20.0, gt=0)
    base_score: float = 600.0
    base_odds: float = Field(30.0, gt=0)


class ScorecardConfig(ConfigSection):
    """The WOE challenger that regulators know."""

    enabled: bool = True
    max_bins: int = Field(8, ge=2, le=30)
    min_bin_share: float = Field(0.03, gt=0, lt=0.5)
    min_iv: float = Field(0.02, ge=0)
    max_features: int = Field(40, ge=1)
    c: float = Field(0.1, gt=0)


class ReasonsConfig(ConfigSection):
    """Whom the reasons compare with."""

    n_reference: int = Field(1000, ge=50)
    bar_pd: float = Share
    near: float = Field(1.0, gt=0, description="log-odds below the bar that still count as just above it")
    population: Literal["at_bar", "applicants"] = "at_bar"
    segments: dict[str, tuple[float, ...]] = Field({}, description="features and the cuts between segments")
    raise_months: int = Field(6, ge=1)
    seed: int = 2026

    @model_validator(mode="after")
    def _rising(self) -> "ReasonsConfig":
        for name, cuts in self.segments.items():
            if list(cuts) != sorted(set(cuts)):
                raise ValueError(f"segments.{name}: the cuts {list(cuts)} must rise")
        return self


class GateConfig(ConfigSection):
    """What a model must show before it becomes champion."""

    min_auc: float = Field(0.6, ge=0.5, lt=1)
    min_ks: float = Field(0.1, ge=0, lt=1)
    slope: Range = (0.8, 1.25)
    max_ece: float = Field(0.05, gt=0)
    max_auc_drop: float = Field(0.005, ge=0)
    bootstrap: int = Field(500, ge=100)
    seed: int = 2026


class FidelityGate(ConfigSection):
    """A gate that is set on purpose, other than the usual one."""

    limit: float
    why: str = Field(min_length=20, description="what a reader of the report is told")


class FidelityConfig(ConfigSection):
    """How much the reasons are examined before a model may become champion."""

    accounts: int = Field(100_000, ge=100, description="accounts that must add up")
    declines: int = Field(500, ge=20, description="declined accounts for sufficiency and necessity")
    seeds: int = Field(3, ge=1, description="retrainings with another seed")
    draws: int = Field(20, ge=2, description="draws of the reference")
    seed: int = 2026
    gates: dict[str, FidelityGate] = {}


Data = SimulatedData | TablesData | UciTaiwanData | FlatConfig
DATA_SECTIONS: dict[str, type[BaseModel]] = {
    "simulated": SimulatedData,
    "tables": TablesData,
    "uci_taiwan": UciTaiwanData,
    "flat": FlatConfig,
}


class TrainConfig(ConfigSection):
    """A whole training run."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
    adapter: Literal["simulated", "tables", "uci_taiwan", "flat"]
    data: Data
    label: LabelConfig = LabelConfig()
    split: SplitConfig = SplitConfig(test_share=0.3)
    tuning: TuningConfig = TuningConfig()
    model: ModelConfig = ModelConfig()
    calibration: CalibrationConfig = CalibrationConfig()
    scaling: ScalingConfig = ScalingConfig()
    scorecard: ScorecardConfig = ScorecardConfig()
    reasons: ReasonsConfig = ReasonsConfig(bar_pd=0.05)
    fidelity: FidelityConfig = FidelityConfig()
    gate: GateConfig = GateConfig()
