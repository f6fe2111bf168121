"""The champion with its data and training recipe, rebuilt from its configuration."""

from dataclasses import dataclass, replace

from features.errors import BundleError
from serving.model.bundle import BundleStore, ModelBundle
from training.config.cutoff import fixed, is_given
from training.config.schema import TrainConfig
from training.data.cohort import Cohort
from training.data.prepare import TrainingData, prepare
from training.fidelity.inputs import FidelityInputs, inputs_of
from training.model.tuning_result import TuningResult
from training.pipeline import search
from training.reporting.console import Stages


@dataclass(frozen=True)
class Champion:
    """A champion with everything it was trained from.

    Attributes:
        sha256: of its bundle.
        bundle: the model as it is served.
        data: the sets, and early outcomes.
        tuned: the parameters of its study.
    """

    sha256: str
    bundle: ModelBundle
    data: TrainingData
    tuned: TuningResult


def rebuild(config: TrainConfig, stages: Stages, store: BundleStore | None = None) -> Champion:
    """The champion of a configuration; its finished study gives the parameters again.

    Raises:
        BundleError: there is no champion, or the data is no longer the one it was trained on.
    """
    store = store or BundleStore()
    pointer = store.champion(config.name)
    if pointer is None:
        raise BundleError(
            f"no champion of {config.name!r}: train it first (`make train CONFIG={config.name}`)"
        )
    bundle = store.load(pointer.sha256)
    with stages.stage("features", "features and outcomes") as bar:
        data = prepare(config, bar)
    refuse_other_data(bundle, data.split.cohort)
    with stages.stage("tuning", "parameters of its study") as bar:
        tuned = search(data.config, data.split, bar)
    data = replace(data, config=_with_cutoff_of(bundle, data.config))
    return Champion(pointer.sha256, bundle, data, tuned)


def load_champion(
    config: TrainConfig, stages: Stages, store: BundleStore | None = None
) -> tuple[str, FidelityInputs]:
    """The champion's SHA-256, and what the tests of its reasons take.

    Raises:
        BundleError: there is no champion, or the data is no longer the one it was trained on.
    """
    found = rebuild(config, stages, store)
    return found.sha256, inputs_of(found.data.config, found.data.split, found.tuned, found.bundle)


def _with_cutoff_of(bundle: ModelBundle, config: TrainConfig) -> TrainConfig:
    """The configuration with the cut-off that the champion was trained with, where it states none."""
    return (
        config if is_given(config) else fixed(config, float(bundle.extra["reference"]["reference_cutoff_pd"]))
    )


def refuse_other_data(bundle: ModelBundle, cohort: Cohort) -> None:
    """Refuses a cohort that is not drawn from the data that the bundle was trained on.

    Raises:
        BundleError: the fingerprints differ; the message shows both.
    """
    trained, found = bundle.spec.info.data_fingerprint, cohort.data_fingerprint
    if trained != found:
        raise BundleError(
            f"the champion was trained on data {trained[:12]}, found {found[:12]}: train again, then run this"
        )
