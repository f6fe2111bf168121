"""One finding of the fidelity report, with its gate."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """A measured property of the reasons.

    Attributes:
        name: flat key in the report.
        value: what was measured.
        sense: `max` when the value must not exceed the gate, `min` when it must reach it.
        gate: the threshold; None = reported only.
        cases: how many accounts, pairs or draws it was measured on.
        meaning: one line of explanation.
        usual: the cut-off that a configuration replaced by `gate`; None where it replaced none.
        why: its reason for that.
    """

    name: str
    value: float
    sense: Literal["min", "max"]
    gate: float | None
    cases: int
    meaning: str
    usual: float | None = None
    why: str = ""

    @property
    def passed(self) -> bool:
        """Whether the gate holds; a reported-only finding always does, one measured on nothing never."""
        if self.gate is None:
            return True
        if self.cases == 0:
            return False
        return bool(self.value >= self.gate if self.sense == "min" else self.value <= self.gate)

    @property
    def limit(self) -> str:
        """The gate in words, with the usual one where another is set; `` when there is none."""
        if self.gate is None:
            return ""
        sign = "≥" if self.sense == "min" else "≤"
        usual = "" if self.usual is None else f" (usually {self.usual:g}: {self.why})"
        return f"{sign} {self.gate:g}{usual}"
