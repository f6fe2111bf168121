"""Source of a portfolio's contract tables, simulated or a lender's own: labels, features, early outcomes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import polars as pl

from features.definitions import feature_set_for
from features.engine import build_history
from features.errors import DataError
from features.matrix import FeatureMatrix, Observations
from features.tables import TableStore
from training.config.schema import TrainConfig
from training.data.calendar import AsOfMonths, plan, recent
from training.data.cohort import Cohort
from training.data.early_outcomes import EarlyOutcomes
from training.data.labels import OUTCOMES
from training.data.outcomes import label_store, month_end_span
from training.data.source import Source

Progress = Callable[[int, int], None]
ASSUMED = {
    "limit_changes": "there is no limit_changes table: every limit is taken to be the one at opening",
    "consents": "there is no consents table: every source counts as consented to",
}
"""What the features assume when a table is absent."""


def monthly_source(store: TableStore, config: TrainConfig, progress: Progress) -> Source:
    """Labelled observations of all as-of months.

    Raises:
        DataError: there is no delinquency, or no observation has a known outcome.
        ConfigError: the months on record are too few for the configured windows.
    """
    first, last = month_end_span(store)
    as_ofs = plan(first, last, config.split, config.label)
    labelled = label_store(store, as_ofs, config, last)
    counts = dict(labelled["outcome"].value_counts().iter_rows())
    left_out = {name: int(counts.get(name, 0)) for name in OUTCOMES if name not in ("good", "bad")}
    settled = labelled.filter(pl.col("outcome").is_in(["good", "bad"]))
    _refuse_empty(settled, left_out, store, as_ofs)
    matrix = features_of(store, settled, progress)
    label = config.label
    cohort = Cohort(
        matrix=matrix,
        bad=(settled["outcome"] == "bad").to_numpy(),
        groups=settled["account_id"].to_numpy(),
        left_out=left_out,
        raised=settled["raised"].to_numpy() if "limit_changes" in store.info.tables else None,
        target=f"{label.dpd} or more days past due at a month end within {label.window_months} months",
        data_fingerprint=store.fingerprint,
        origin={**store.info.origin, "name": store.info.name},
        notes=tuple(text for table, text in ASSUMED.items() if table not in store.info.tables),
    )
    return Source(cohort, as_ofs, _early_outcomes(store, cohort, as_ofs, config, last))


def features_of(store: TableStore, outcomes: pl.DataFrame, progress: Progress) -> FeatureMatrix:
    """Features of labelled observations, in their order whatever order the engine works in."""
    keys = ["account_id", "as_of"]
    features = feature_set_for(store.info.tables)
    built = build_history(store, Observations(outcomes.select(keys)), features, progress=progress)
    frame = outcomes.select(keys).join(built.frame, on=keys, how="left", maintain_order="left")
    return FeatureMatrix(frame, built.catalogue)


def _refuse_empty(
    settled: pl.DataFrame, left_out: Mapping[str, int], store: TableStore, as_ofs: AsOfMonths
) -> None:
    if settled.is_empty():
        months = f"{as_ofs.all[0]:%Y-%m} to {as_ofs.all[-1]:%Y-%m}"
        raise DataError(
            f"data set {store.info.name!r}: no account has a known outcome at the as-of months {months}; "
            f"excluded: {dict(left_out)}. An outcome needs an account opened before and every month end of "
            "its window in the delinquency table"
        )


def _early_outcomes(
    store: TableStore, cohort: Cohort, as_ofs: AsOfMonths, config: TrainConfig, last: date
) -> EarlyOutcomes | None:
    """Early outcomes of the training months and of recent ones; see `training.model.recalibration`."""
    calibration = config.calibration
    if not calibration.recalibration_window:
        return None
    label = config.label.model_copy(update={"window_months": calibration.recalibration_window})
    months = recent(as_ofs, calibration.recalibration_window, calibration.recalibration_months)
    labelled = label_store(store, months, config.model_copy(update={"label": label}), last)
    keys = cohort.matrix.frame.select("account_id", "as_of")
    bad = labelled.select("account_id", "as_of", bad=pl.col("outcome") == "bad")
    training = keys.join(bad, on=["account_id", "as_of"], how="left", maintain_order="left")["bad"]
    late = labelled.filter(pl.col("as_of").is_in(months.test), pl.col("outcome").is_in(["good", "bad"]))
    recent_cohort = replace(
        cohort,
        matrix=features_of(store, late, lambda *_: None),
        bad=(late["outcome"] == "bad").to_numpy(),
        groups=late["account_id"].to_numpy(),
        raised=None,
    )
    return EarlyOutcomes(training.fill_null(value=False).to_numpy(), recent_cohort)
