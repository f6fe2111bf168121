"""Sections about what a model must show: its reference and reasons, their tests, the gate."""

from typing import Literal

from pydantic import Field, model_validator

from training.config.sections.base import ConfigSection, Range


class ReasonsConfig(ConfigSection):
    """The reference set of the Shapley values."""

    n_reference: int = Field(1000, ge=50)
    cutoff_pd: float = Field(
        0.05, gt=0, lt=1, description="highest probability of bad that passes; from approve_share if not set"
    )
    approve_share: float = Field(
        0.5, gt=0, lt=1, description="share of cases that pass; half of them leaves most on either side"
    )
    near: float = Field(1.0, gt=0, description="log-odds below the cut-off that still count as just above it")
    population: Literal["at_cutoff", "raised", "complete", "applicants"] = "at_cutoff"
    segments: dict[str, tuple[float, ...]] = Field({}, description="features and the cuts between segments")
    present_days: int = Field(
        90, ge=1, description="last days of the data, at a moment of which each account of the reference is"
    )
    noise_draws: int = Field(
        0,
        ge=0,
        description="features of noise: no theme of no more points than they take is stated",
    )
    seed: int = 2026

    @model_validator(mode="after")
    def _one_cutoff(self) -> "ReasonsConfig":
        if {"cutoff_pd", "approve_share"} <= self.model_fields_set:
            raise ValueError("cutoff_pd and approve_share both set the cut-off: write one of them")
        return self

    @model_validator(mode="after")
    def _rising(self) -> "ReasonsConfig":
        for name, cuts in self.segments.items():
            if list(cuts) != sorted(set(cuts)):
                raise ValueError(f"segments.{name}: the cuts {list(cuts)} must rise")
        return self


class FidelityGate(ConfigSection):
    """A limit set in place of the default one."""

    limit: float
    why: str = Field(min_length=20, description="justification, shown in the report")


class FidelityConfig(ConfigSection):
    """Size of the fidelity tests of the reasons, and limits other than the default ones."""

    accounts: int = Field(100_000, ge=100, description="accounts tested for additivity")
    declines: int = Field(500, ge=20, description="declined accounts for sufficiency and necessity")
    seeds: int = Field(3, ge=1, description="retrainings with another seed")
    draws: int = Field(20, ge=2, description="draws of the reference")
    seed: int = 2026
    gates: dict[str, FidelityGate] = Field({}, description="limits by finding, in place of the default ones")


class GateConfig(ConfigSection):
    """What a model must show before it becomes champion."""

    min_auc: float = Field(0.6, ge=0.5, lt=1)
    min_ks: float = Field(0.1, ge=0, lt=1)
    slope: Range = (0.8, 1.25)
    max_ece: float = Field(0.05, gt=0)
    max_auc_drop: float = Field(0.005, ge=0)
    bootstrap: int = Field(500, ge=100)
    seed: int = 2026
