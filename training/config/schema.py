"""The schema of a training configuration: every setting of `experiments/configs/<name>.toml`."""

from typing import Literal

from pydantic import Field

from features.paths import ROOT
from training.config.sections.base import ConfigSection
from training.config.sections.data import (
    DATA_SECTIONS,
    Data,
    LabelConfig,
    SimulatedData,
    SplitConfig,
    TablesData,
    UciTaiwanData,
)
from training.config.sections.model import (
    CalibrationConfig,
    ModelConfig,
    ScalingConfig,
    ScorecardConfig,
    SpaceConfig,
    TuningConfig,
)
from training.config.sections.validation import FidelityConfig, FidelityGate, GateConfig, ReasonsConfig

__all__ = [
    "CONFIGS",
    "DATA_SECTIONS",
    "CalibrationConfig",
    "FidelityConfig",
    "FidelityGate",
    "GateConfig",
    "LabelConfig",
    "ModelConfig",
    "ReasonsConfig",
    "ScalingConfig",
    "ScorecardConfig",
    "SimulatedData",
    "SpaceConfig",
    "SplitConfig",
    "TablesData",
    "TrainConfig",
    "TuningConfig",
    "UciTaiwanData",
]
CONFIGS = ROOT / "experiments" / "configs"


class TrainConfig(ConfigSection):
    """A whole training configuration."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
    adapter: Literal["simulated", "tables", "uci_taiwan", "flat"]
    data: Data
    label: LabelConfig = LabelConfig()
    split: SplitConfig = SplitConfig()
    tuning: TuningConfig = TuningConfig()
    model: ModelConfig = ModelConfig()
    calibration: CalibrationConfig = CalibrationConfig()
    scaling: ScalingConfig = ScalingConfig()
    scorecard: ScorecardConfig = ScorecardConfig()
    reasons: ReasonsConfig = ReasonsConfig()
    fidelity: FidelityConfig = FidelityConfig()
    gate: GateConfig = GateConfig()
