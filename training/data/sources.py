"""The labelled cohort of a configuration, by its adapter."""

from collections.abc import Callable

import numpy as np

from features.adapters import flat, uci_taiwan
from features.adapters.flat import FlatConfig
from features.errors import ConfigError
from features.spec import FeatureCatalogue
from features.tables import open_dataset
from training.config.schema import ModelConfig, TablesData, TrainConfig
from training.data.cohort import Cohort
from training.data.monthly import monthly_source
from training.data.observed import Progress, features_of
from training.data.source import Source


def load_source(config: TrainConfig, progress: Progress) -> Source:
    """The labelled cohort of a configuration.

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


def _simulated(config: TrainConfig, progress: Progress) -> Source:
    return monthly_source(open_dataset("simulated"), config, progress)


def _tables(config: TrainConfig, progress: Progress) -> Source:
    assert isinstance(config.data, TablesData)
    return monthly_source(open_dataset(config.data.name), config, progress)


def _uci_taiwan(config: TrainConfig, progress: Progress) -> Source:
    prepared = uci_taiwan.prepare()
    outcomes = prepared.outcomes
    observed = features_of(prepared.store, outcomes, progress)
    cohort = Cohort(
        matrix=observed.matrix,
        bad=(outcomes["bad"] == 1).to_numpy(),
        groups=outcomes["account_id"].to_numpy(),
        left_out={},
        target=prepared.label,
        data_fingerprint=prepared.store.fingerprint,
        origin={**prepared.store.info.origin, "name": config.name},
        notes=prepared.notes,
        facts=observed.facts,
    )
    return Source(cohort, None)


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
