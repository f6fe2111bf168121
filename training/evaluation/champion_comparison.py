"""The champion on the challenger's own test rows."""

import numpy as np

from features.errors import BundleError
from serving.model.bundle import BundleStore, ModelBundle
from serving.model.scorer import Scorer
from training.config.schema import GateConfig
from training.evaluation.evaluate import Evaluation
from training.evaluation.gate import ChampionComparison
from training.evaluation.metrics import paired_auc_difference


def compare_with_champion(
    store: BundleStore, name: str, found: Evaluation, data_fingerprint: str, config: GateConfig
) -> ChampionComparison | None:
    """None when there is no champion; one that cannot be scored on these rows is compared in words only."""
    pointer = store.champion(name)
    if pointer is None:
        return None
    try:
        champion = store.load(pointer.sha256)
    except BundleError as error:
        return ChampionComparison(pointer.sha256, None, None, f"the champion cannot be loaded: {error}")
    missing = _missing(champion, found)
    if missing:
        note = f"the champion needs {len(missing)} features this data lacks, such as {missing[0]}"
        return ChampionComparison(pointer.sha256, None, None, note)
    margin = Scorer(champion).score(found.cohort.matrix.frame).margin
    difference, interval = paired_auc_difference(
        found.cohort.bad,
        found.scored.margin,
        np.asarray(margin),
        found.cohort.groups,
        n=config.bootstrap,
        seed=config.seed,
    )
    return ChampionComparison(pointer.sha256, difference, interval, _note(champion, data_fingerprint))


def _missing(champion: ModelBundle, found: Evaluation) -> list[str]:
    ours = {meta.name: meta.kind for meta in found.cohort.matrix.catalogue.features}
    return [meta.name for meta in champion.spec.catalogue.features if ours.get(meta.name) != meta.kind]


def _note(champion: ModelBundle, data_fingerprint: str) -> str:
    if champion.spec.info.data_fingerprint == data_fingerprint:
        return "both learnt from the same data and split"
    return "the champion learnt from other data, and may have seen accounts of this test set"
