"""Source of a portfolio's contract tables, simulated or a lender's own: labels, features, early outcomes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import polars as pl

from features.errors import DataError
from features.matrix import KEYS
from features.tables import TableStore
from serving.decision.policy import packaged
from training.config.schema import TrainConfig
from training.data.calendar import AsOfMonths, plan, recent
from training.data.candidates import Candidates
from training.data.cohort import Cohort
from training.data.early_outcomes import EarlyOutcomes
from training.data.labels import OUTCOMES
from training.data.observed import Observed, Progress, features_of_parts
from training.data.outcomes import label_store, month_end_span
from training.data.present import present_observations, present_of
from training.data.rules import held_by_rules
from training.data.source import Source

ASSUMED = {
    "limit_changes": "there is no limit_changes table: every limit is taken to be the one at opening",
    "consents": "there is no consents table: every source counts as consented to",
}
"""What the features assume when a table is absent."""


def monthly_source(store: TableStore, config: TrainConfig, progress: Progress) -> Source:
    """Labelled observations of all as-of months, and candidates of the reference as they stand now.

    Raises:
        DataError: there is no delinquency, or no observation has a known outcome.
        ConfigError: the months on record are too few for the configured windows.
    """
    first, last = month_end_span(store)
    as_ofs = plan(first, last, config.split, config.label)
    labelled = label_store(store, as_ofs, config, last)
    settled = _settled(labelled)
    _refuse_empty(settled, _left_out(labelled), store, as_ofs)
    early = _early_labels(store, as_ofs, config, last)
    now = present_observations(store, config)
    parts = [settled, now[:0] if early is None else _recent(early, as_ofs, config), now]
    observed = features_of_parts(store, parts, progress)
    cohort = _cohort(store, config, labelled, observed[0])
    outcomes = None if early is None else _early_outcomes(cohort, early, parts[1], observed[1])
    return Source(cohort, as_ofs, outcomes, _candidates(store, now, observed[2]))


def _settled(labelled: pl.DataFrame) -> pl.DataFrame:
    return labelled.filter(pl.col("outcome").is_in(["good", "bad"]))


def _left_out(labelled: pl.DataFrame) -> Mapping[str, int]:
    counts = dict(labelled["outcome"].value_counts().iter_rows())
    return {name: int(counts.get(name, 0)) for name in OUTCOMES if name not in ("good", "bad")}


def _cohort(store: TableStore, config: TrainConfig, labelled: pl.DataFrame, observed: Observed) -> Cohort:
    label, settled = config.label, _settled(labelled)
    return Cohort(
        matrix=observed.matrix,
        bad=(settled["outcome"] == "bad").to_numpy(),
        groups=settled["account_id"].to_numpy(),
        left_out=_left_out(labelled),
        target=f"{label.dpd} or more days past due at a month end within {label.window_months} months",
        data_fingerprint=store.fingerprint,
        origin={**store.info.origin, "name": store.info.name},
        notes=tuple(text for table, text in ASSUMED.items() if table not in store.info.tables),
        facts=observed.facts,
    )


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


def _early_labels(
    store: TableStore, as_ofs: AsOfMonths, config: TrainConfig, last: date
) -> pl.DataFrame | None:
    """Outcomes of the shorter window, of training months and recent ones; None when none are configured."""
    calibration = config.calibration
    if not calibration.recalibration_window:
        return None
    label = config.label.model_copy(update={"window_months": calibration.recalibration_window})
    return label_store(
        store, _recent_months(as_ofs, config), config.model_copy(update={"label": label}), last
    )


def _recent_months(as_ofs: AsOfMonths, config: TrainConfig) -> AsOfMonths:
    return recent(as_ofs, config.calibration.recalibration_window, config.calibration.recalibration_months)


def _recent(early: pl.DataFrame, as_ofs: AsOfMonths, config: TrainConfig) -> pl.DataFrame:
    """The recent observations with an early outcome."""
    months = _recent_months(as_ofs, config).test
    return _settled(early).filter(pl.col("as_of").dt.truncate("1mo").is_in(months))


def _early_outcomes(
    cohort: Cohort, early: pl.DataFrame, late: pl.DataFrame, observed: Observed
) -> EarlyOutcomes:
    """Early outcomes of the training months and of recent ones; see `training.model.recalibration`."""
    keys = cohort.matrix.frame.select(KEYS)
    bad = early.select(*KEYS, bad=pl.col("outcome") == "bad")
    training = keys.join(bad, on=KEYS, how="left", maintain_order="left")["bad"]
    recent_cohort = replace(
        cohort,
        matrix=observed.matrix,
        bad=(late["outcome"] == "bad").to_numpy(),
        groups=late["account_id"].to_numpy(),
        facts=None,
    )
    return EarlyOutcomes(training.fill_null(value=False).to_numpy(), recent_cohort)


def _candidates(store: TableStore, now: pl.DataFrame, observed: Observed) -> Candidates:
    """Accounts that no hard rule holds at present."""
    free = ~held_by_rules(observed.facts, packaged())
    kept = observed.matrix.take(free.nonzero()[0])
    raised = now["raised"].to_numpy()[free] if "limit_changes" in store.info.tables else None
    return Candidates(kept, kept.frame["account_id"].to_numpy(), raised, present_of(store))
