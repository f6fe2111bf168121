"""From an adapter to a cohort: observations, features, outcomes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from features.adapters import flat, uci_taiwan
from features.adapters.flat import FlatConfig
from features.definitions import feature_set_for
from features.engine import build_history
from features.errors import ConfigError, DataError
from features.matrix import FeatureMatrix, Observations
from features.spec import FeatureCatalogue
from features.tables import TableStore, open_dataset
from training.config.schema import ModelConfig, TablesData, TrainConfig
from training.data.calendar import AsOfMonths, plan, recent
from training.data.cohort import Cohort, constant_features
from training.data.early_outcomes import EarlyOutcomes
from training.data.labels import OUTCOMES
from training.data.outcomes import label_store, month_end_span
from training.data.splits import Split

Progress = Callable[[int, int], None]
ASSUMED = {
    "limit_changes": "there is no limit_changes table: every limit is taken to be the one at opening",
    "consents": "there is no consents table: every source counts as consented to",
}
"""What the absence of a table makes the features take for granted."""


@dataclass(frozen=True)
class Source:
    """A cohort and, where there are several months, the months it may be split by and early outcomes."""

    cohort: Cohort
    as_ofs: AsOfMonths | None
    early: EarlyOutcomes | None = None

    def select(self, names: Sequence[str]) -> "Source":
        """The same source with some of the features."""
        early = self.early
        kept = None if early is None else replace(early, recent=early.recent.select(names))
        return replace(self, cohort=self.cohort.select(names), early=kept)


def load_source(config: TrainConfig, progress: Progress) -> Source:
    """The cohort of a configuration.

    Raises:
        DataError: the data is missing or unfit.
        ConfigError: the configuration does not fit the data.
    """
    source = _LOADERS[config.adapter](config, progress)
    return source.select(kept_names(source.cohort.matrix.catalogue, config.model))


def kept_names(catalogue: FeatureCatalogue, model: ModelConfig) -> list[str]:
    """Features that the model may use.

    Raises:
        ConfigError: a feature or theme to be left out does not exist.
    """
    themes = [theme.key for theme in catalogue.themes]
    for setting, given, known in (
        ("leave_out", model.leave_out, catalogue.names),
        ("leave_out_themes", model.leave_out_themes, themes),
    ):
        unknown = [name for name in given if name not in known]
        if unknown:
            raise ConfigError(f"[model] {setting}: the data has no {unknown}; it has {list(known)}")
    return [
        meta.name
        for meta in catalogue.features
        if meta.name not in model.leave_out and meta.theme not in model.leave_out_themes
    ]


def without_constants(source: Source, split: Split) -> Source:
    """The same source without the features that cannot teach anything on the fit rows."""
    constant = constant_features(source.cohort, split.fit)
    if not constant:
        return source
    kept = [name for name in source.cohort.matrix.catalogue.names if name not in constant]
    names = ", ".join(constant)
    note = f"{len(constant)} features hold one value on the training rows and are not used: {names}"
    chosen = source.select(kept)
    return replace(chosen, cohort=replace(chosen.cohort, notes=(*chosen.cohort.notes, note)))


def _simulated(config: TrainConfig, progress: Progress) -> Source:
    return _monthly(open_dataset("simulated"), config, progress)


def _tables(config: TrainConfig, progress: Progress) -> Source:
    assert isinstance(config.data, TablesData)
    return _monthly(open_dataset(config.data.name), config, progress)


def _monthly(store: TableStore, config: TrainConfig, progress: Progress) -> Source:
    """A portfolio's months, one road for every set of tables, simulated or a lender's own."""
    first, last = month_end_span(store)
    as_ofs = plan(first, last, config.split, config.label)
    labelled = label_store(store, as_ofs, config, last)
    counts = dict(labelled["outcome"].value_counts().iter_rows())
    left_out = {name: int(counts.get(name, 0)) for name in OUTCOMES if name not in ("good", "bad")}
    settled = labelled.filter(pl.col("outcome").is_in(["good", "bad"]))
    _refuse_nobody(settled, left_out, store, as_ofs)
    matrix, known = _features(store, settled, progress)
    label = config.label
    cohort = Cohort(
        matrix=matrix,
        bad=(known["outcome"] == "bad").to_numpy(),
        groups=known["account_id"].to_numpy(),
        left_out=left_out,
        raised=known["raised"].to_numpy() if "limit_changes" in store.info.tables else None,
        target=f"{label.dpd} or more days past due at a month end within {label.window_months} months",
        data_fingerprint=store.fingerprint,
        origin={**store.info.origin, "name": store.info.name},
        notes=tuple(text for table, text in ASSUMED.items() if table not in store.info.tables),
    )
    return Source(cohort, as_ofs, _early(store, cohort, as_ofs, config, last))


def _refuse_nobody(
    settled: pl.DataFrame, left_out: Mapping[str, int], store: TableStore, as_ofs: AsOfMonths
) -> None:
    if settled.is_empty():
        months = f"{as_ofs.all[0]:%Y-%m} to {as_ofs.all[-1]:%Y-%m}"
        raise DataError(
            f"data set {store.info.name!r}: nobody has a known outcome at the as-of months {months}; left "
            f"out: {dict(left_out)}. An outcome needs an account opened before and every month end of its "
            "window in the delinquency table"
        )


def _early(
    store: TableStore, cohort: Cohort, as_ofs: AsOfMonths, config: TrainConfig, last: date
) -> EarlyOutcomes | None:
    """Early outcomes of the training months and of recent ones; see `training.model.recalibration`."""
    calibration = config.calibration
    if not calibration.anchor_window:
        return None
    label = config.label.model_copy(update={"window_months": calibration.anchor_window})
    months = recent(as_ofs, calibration.anchor_window, calibration.anchor_months)
    labelled = label_store(store, months, config.model_copy(update={"label": label}), last)
    keys = cohort.matrix.frame.select("account_id", "as_of")
    bad = labelled.select("account_id", "as_of", bad=pl.col("outcome") == "bad")
    taught = keys.join(bad, on=["account_id", "as_of"], how="left", maintain_order="left")["bad"]
    late = labelled.filter(pl.col("as_of").is_in(months.test), pl.col("outcome").is_in(["good", "bad"]))
    matrix, known = _features(store, late, lambda *_: None)
    return EarlyOutcomes(
        taught=taught.fill_null(value=False).to_numpy(),
        recent=replace(
            cohort,
            matrix=matrix,
            bad=(known["outcome"] == "bad").to_numpy(),
            groups=known["account_id"].to_numpy(),
            raised=None,
        ),
    )


def _uci_taiwan(config: TrainConfig, progress: Progress) -> Source:
    prepared = uci_taiwan.prepare()
    matrix, known = _features(prepared.store, prepared.outcomes, progress)
    cohort = Cohort(
        matrix=matrix,
        bad=(known["bad"] == 1).to_numpy(),
        groups=known["account_id"].to_numpy(),
        left_out={},
        raised=None,
        target=prepared.label,
        data_fingerprint=prepared.store.fingerprint,
        origin={**prepared.store.info.origin, "name": config.name},
        notes=prepared.notes,
    )
    return Source(cohort, None)


def _features(
    store: TableStore, outcomes: pl.DataFrame, progress: Progress
) -> tuple[FeatureMatrix, pl.DataFrame]:
    """Features in the order of the outcomes, whatever order the engine works in."""
    keys = ["account_id", "as_of"]
    features = feature_set_for(store.info.tables)
    built = build_history(store, Observations(outcomes.select(keys)), features, progress=progress)
    frame = outcomes.select(keys).join(built.frame, on=keys, how="left", maintain_order="left")
    return FeatureMatrix(frame, built.catalogue), outcomes


def _flat(config: TrainConfig, progress: Progress) -> Source:
    assert isinstance(config.data, FlatConfig)
    cases = flat.load(config.data)
    progress(1, 1)
    rows = np.arange(cases.matrix.height, dtype=np.int64)
    cohort = Cohort(
        matrix=cases.matrix,
        bad=np.asarray(cases.bad, dtype=bool),
        groups=rows if cases.group is None else cases.group,
        left_out=cases.left_out,
        raised=None,
        target=cases.label,
        data_fingerprint=cases.fingerprint,
        origin={**cases.origin, "name": config.name},
        notes=tuple(f"{found.column}: {found.text}".removeprefix(": ") for found in cases.findings),
    )
    return Source(cohort, None)


_LOADERS: dict[str, Callable[[TrainConfig, Progress], Source]] = {
    "simulated": _simulated,
    "tables": _tables,
    "uci_taiwan": _uci_taiwan,
    "flat": _flat,
}
