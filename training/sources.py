"""From an adapter to a cohort: observations, features, outcomes."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from features import paths
from features.adapters import flat, uci_taiwan
from features.adapters.flat import FlatConfig
from features.definitions import feature_set_for
from features.engine import build_history
from features.errors import ConfigError
from features.matrix import FeatureMatrix, Observations
from features.tables import TableStore
from training.calendar import AsOfs, plan
from training.cohort import Cohort, constant_features
from training.config import TrainConfig
from training.labels import OUTCOMES
from training.observe import label_store, month_end_span
from training.splits import Split

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Source:
    """A cohort and, where there are several months, the months it may be split by."""

    cohort: Cohort
    as_ofs: AsOfs | None


def load_source(config: TrainConfig, progress: Progress) -> Source:
    """The cohort of a configuration.

    Raises:
        DataError: the data is missing or unfit.
        ConfigError: the configuration does not fit the data.
    """
    source = _LOADERS[config.adapter](config, progress)
    names = source.cohort.matrix.catalogue.names
    unknown = [name for name in config.model.leave_out if name not in names]
    if unknown:
        raise ConfigError(f"[model] leave_out: no feature {unknown}; the data has {list(names)}")
    kept = [name for name in names if name not in config.model.leave_out]
    return Source(source.cohort.select(kept), source.as_ofs)


def without_constants(source: Source, split: Split) -> Source:
    """The same source without the features that cannot teach anything on the fit rows."""
    constant = constant_features(source.cohort, split.fit)
    if not constant:
        return source
    kept = [name for name in source.cohort.matrix.catalogue.names if name not in constant]
    names = ", ".join(constant)
    note = f"{len(constant)} features hold one value on the training rows and are not used: {names}"
    cohort = source.cohort.select(kept)
    return Source(replace(cohort, notes=(*cohort.notes, note)), source.as_ofs)


def _simulated(config: TrainConfig, progress: Progress) -> Source:
    store = TableStore(paths.dataset("simulated"))
    first, last = month_end_span(store)
    as_ofs = plan(first, last, config.split, config.label)
    labelled = label_store(store, as_ofs, config, last)
    counts = dict(labelled["outcome"].value_counts().iter_rows())
    matrix, known = _features(store, labelled.filter(pl.col("outcome").is_in(["good", "bad"])), progress)
    label = config.label
    cohort = Cohort(
        matrix=matrix,
        bad=(known["outcome"] == "bad").to_numpy(),
        groups=known["account_id"].to_numpy(),
        left_out={name: int(counts.get(name, 0)) for name in OUTCOMES if name not in ("good", "bad")},
        raised=known["raised"].to_numpy(),
        target=f"{label.dpd} or more days past due at a month end within {label.window_months} months",
        data_fingerprint=store.fingerprint,
        origin={**store.info.origin, "name": store.info.name},
    )
    return Source(cohort, as_ofs)


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
    "uci_taiwan": _uci_taiwan,
    "flat": _flat,
}
