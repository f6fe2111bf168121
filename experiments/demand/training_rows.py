"""Training rows: users at a moment, and the same users at an earlier one."""

from dataclasses import dataclass

import numpy as np

from features.arrays import Floats, Positions


@dataclass(frozen=True)
class TrainingRows:
    """n rows of f features.

    Attributes:
        x: (n, f) features, NaN = absent.
        log_amount: (n,) demand that followed, log5(yuan + 1).
        weight: (n,) sample weight.
    """

    x: Floats
    log_amount: Floats
    weight: Floats

    @classmethod
    def of(cls, x: Floats, log_amount: Floats, weight: float = 1.0) -> "TrainingRows":
        """Rows of equal weight."""
        return cls(x, log_amount, np.full(len(x), weight))

    def __len__(self) -> int:
        return len(self.x)

    def take(self, rows: Positions) -> "TrainingRows":
        """The rows at these positions."""
        return TrainingRows(self.x[rows], self.log_amount[rows], self.weight[rows])

    def above(self, other: "TrainingRows") -> "TrainingRows":
        """These rows, then the other's."""
        return TrainingRows(
            np.vstack([self.x, other.x]),
            np.concatenate([self.log_amount, other.log_amount]),
            np.concatenate([self.weight, other.weight]),
        )
