"""Sections about the data: its source, the label, the split."""

from typing import Literal

from pydantic import BaseModel, Field, model_validator

from features.adapters.flat import FlatConfig
from training.config.sections.base import ConfigSection


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
    """A lender's own tables, as `make load` laid them out; the tables themselves say how many months."""

    adapter: Literal["tables"] = "tables"
    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", description="the NAME that the tables were loaded under"
    )


Data = SimulatedData | TablesData | UciTaiwanData | FlatConfig
DATA_SECTIONS: dict[str, type[BaseModel]] = {
    "simulated": SimulatedData,
    "tables": TablesData,
    "uci_taiwan": UciTaiwanData,
    "flat": FlatConfig,
}


class LabelConfig(ConfigSection):
    """Definition of bad; used only where labels are derived from the delinquency table."""

    dpd: int = Field(60, ge=1, description="days past due that make an account bad")
    window_months: int = Field(12, ge=1, description="length of the performance window")
    indeterminate_dpd: int = Field(30, ge=1, description="worst days past due from which it is indeterminate")
    min_tenure_months: int = Field(3, ge=0, description="younger accounts are excluded, and counted")

    @model_validator(mode="after")
    def _ordered(self) -> "LabelConfig":
        if self.indeterminate_dpd > self.dpd:
            raise ValueError(f"indeterminate_dpd {self.indeterminate_dpd} lies above dpd {self.dpd}")
        return self


class SplitConfig(ConfigSection):
    """How observations are divided into fit, calibration and test set."""

    kind: Literal["out_of_time", "stratified"] = "stratified"
    test_share: float = Field(0.3, gt=0.0, lt=1.0)
    seed: int = 2026
    calibration_share: float = Field(0.15, gt=0.0, lt=0.5)
    validation_share: float = Field(0.2, gt=0.0, lt=0.5)
    history_months: int = Field(12, ge=0)
    train_every_months: int = Field(2, ge=1)
    test_months: int = Field(3, ge=1)
