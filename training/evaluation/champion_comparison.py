"""Comparison with the champion on the challenger's own test set."""

import numpy as np

from features.errors import BundleError
from serving.model.bundle import BundleStore, ModelBundle
from serving.model.scorer import Scorer
from training.config.schema import GateConfig
from training.evaluation.evaluate import Evaluation
from training.evaluation.gate import ChampionComparison
from training.evaluation.metrics import paired_auc_difference


def compare_with_champion(
    store: BundleStore, name: str, challenger: Evaluation, data_fingerprint: str, config: GateConfig
) -> ChampionComparison | None:
    """Paired AUC difference; None when there is no champion, only a note when it cannot be scored here."""
    pointer = store.champion(name)
    if pointer is None:
        return None
    try:
        champion = store.load(pointer.sha256)
    except BundleError as error:
        return ChampionComparison(pointer.sha256, None, None, f"the champion cannot be loaded: {error}")
    missing = _missing(champion, challenger)
    if missing:
        note = f"the champion needs {len(missing)} features this data lacks, such as {missing[0]}"
        return ChampionComparison(pointer.sha256, None, None, note)
    margin = Scorer(champion).score(challenger.cohort.matrix.frame).margin
    difference, interval = paired_auc_difference(
        challenger.cohort.bad,
        challenger.scored.margin,
        np.asarray(margin),
        challenger.cohort.groups,
        n=config.bootstrap,
        seed=config.seed,
    )
    return ChampionComparison(pointer.sha256, difference, interval, _note(champion, data_fingerprint))


def _missing(champion: ModelBundle, challenger: Evaluation) -> list[str]:
    ours = {meta.name: meta.kind for meta in challenger.cohort.matrix.catalogue.features}
    return [meta.name for meta in champion.spec.catalogue.features if ours.get(meta.name) != meta.kind]


def _note(champion: ModelBundle, data_fingerprint: str) -> str:
    if champion.spec.info.data_fingerprint == data_fingerprint:
        return "both were trained on the same data and split"
    return "the champion was trained on other data, which may include accounts of this test set"
