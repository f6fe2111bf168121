"""The champion with its data and training recipe, rebuilt from its configuration."""

from features.errors import BundleError
from serving.model.bundle import BundleStore, ModelBundle
from training.config.cutoff import fixed, is_given
from training.config.schema import TrainConfig
from training.data.cohort import Cohort
from training.data.prepare import prepare
from training.fidelity.inputs import FidelityInputs, inputs_of
from training.pipeline import search
from training.reporting.console import Stages


def load_champion(
    config: TrainConfig, stages: Stages, store: BundleStore | None = None
) -> tuple[str, FidelityInputs]:
    """The champion of a configuration and its SHA-256; its finished study gives the parameters again.

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
    split = data.split
    refuse_other_data(bundle, split.cohort)
    with stages.stage("tuning", "parameters of its study") as bar:
        tuned = search(data.config, split, bar)
    config = _with_cutoff_of(bundle, data.config)
    return pointer.sha256, inputs_of(config, split, tuned, bundle)


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
