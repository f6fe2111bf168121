"""Metrics of the demand model, with bootstrap intervals over users."""

import numpy as np

from experiments.demand.model import DemandPrediction
from experiments.demand.study import OutOfTimeResult
from features.arrays import Bools, Floats
from training.evaluation.metrics import Interval, Ranking, auc, cluster_weights


def rmse(predicted: Floats, truth: Floats) -> float:
    """Root mean squared error."""
    return float(np.sqrt(np.mean((predicted - truth) ** 2)))


def rmse_interval(predicted: Floats, truth: Floats, n: int, seed: int) -> Interval:
    """Percentile bootstrap over users."""
    squared = (predicted - truth) ** 2
    draw = cluster_weights(np.arange(len(truth)), seed)
    draws = [float(np.sqrt(np.average(squared, weights=draw()))) for _ in range(n)]
    low, high = np.percentile(draws, [2.5, 97.5])
    return Interval(float(low), float(high))


def auc_interval(predicted: Floats, truth: Bools, n: int, seed: int) -> Interval:
    """Percentile bootstrap over users."""
    ranking, draw = Ranking.of(truth, predicted), cluster_weights(np.arange(len(truth)), seed)
    low, high = np.percentile([ranking.auc_ks(draw())[0] for _ in range(n)], [2.5, 97.5])
    return Interval(float(low), float(high))


def both(predicted: DemandPrediction, log_amount: Floats, prefix: str = "") -> dict[str, float]:
    """AUC of any loan, RMSE and bias of the amount in log base 5."""
    return {
        f"{prefix}auc_any_loan": auc(log_amount > 0, predicted.any_loan),
        f"{prefix}rmse_log5_amount": rmse(predicted.log_amount, log_amount),
        f"{prefix}bias_log5_amount": float(predicted.log_amount.mean() - log_amount.mean()),
    }


def out_of_time(found: OutOfTimeResult, n: int, seed: int) -> dict[str, float]:
    """The main metrics with intervals; the same without recalibration, and on the shorter record."""
    truth = found.log_amount
    area = auc_interval(found.predicted.any_loan, truth > 0, n, seed)
    error = rmse_interval(found.predicted.log_amount, truth, n, seed)
    return {
        **both(found.predicted, truth),
        "auc_any_loan_ci_low": area.low,
        "auc_any_loan_ci_high": area.high,
        "rmse_log5_amount_ci_low": error.low,
        "rmse_log5_amount_ci_high": error.high,
        **both(found.without_recalibration, truth, "unanchored_"),
        **both(found.short_record, truth, "capped_record_"),
        "mean_any_loan_predicted": float(found.predicted.any_loan.mean()),
        "mean_any_loan": float((truth > 0).mean()),
    }
