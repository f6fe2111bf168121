"""The champion with everything its examination needs, rebuilt from its configuration and data."""

from dataclasses import dataclass

from features.errors import BundleError
from serving.bundle import BundleStore, ModelBundle
from training.cohort import Cohort
from training.config import TrainConfig
from training.console import Stages
from training.fidelity.champion import recipe_of, subject_of
from training.fidelity.retrain import Recipe
from training.fidelity.subject import Subject
from training.pipeline import search
from training.sources import load_source, without_constants
from training.splits import Split, make_split


@dataclass(frozen=True)
class Examined:
    """A champion, its data and its recipe.

    Attributes:
        config: what it was trained by.
        sha256: its bundle.
        bundle: the bundle.
        cohort: all labelled observations.
        split: which of them taught and which judge.
        subject: the model as the tests see it.
        recipe: how it was fitted.
    """

    config: TrainConfig
    sha256: str
    bundle: ModelBundle
    cohort: Cohort
    split: Split
    subject: Subject
    recipe: Recipe


def load_champion(config: TrainConfig, stages: Stages, store: BundleStore | None = None) -> Examined:
    """The champion of a configuration; its finished study gives the parameters without another search.

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
        source = load_source(config, bar)
        split = make_split(source.cohort, config, source.as_ofs)
        source = without_constants(source, split)
    _same_data(bundle, source.cohort)
    with stages.stage("tuning", "parameters of its study") as bar:
        tuned = search(config, source, split, bar, fresh=False)
    subject = subject_of(config, source.cohort, split, bundle)
    recipe = recipe_of(config, source.cohort, split, tuned, bundle.spec.encoder)
    return Examined(config, pointer.sha256, bundle, source.cohort, split, subject, recipe)


def _same_data(bundle: ModelBundle, cohort: Cohort) -> None:
    trained, found = bundle.spec.info.data_fingerprint, cohort.data_fingerprint
    if trained != found:
        raise BundleError(
            f"the champion was trained on data {trained[:12]}, found {found[:12]}: train again, then examine"
        )
