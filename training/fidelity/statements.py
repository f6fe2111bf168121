"""Stated figures of the model to be published, recomputed from the rows alone: a gate of every training."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from features.matrix import KEYS, Observations
from features.tables import TableStore, open_dataset
from serving.audit.account_rows import AccountRows
from serving.audit.statement import Outcome, check, stated
from serving.decision.cases import cases_of
from serving.decision.engine import DecisionEngine
from serving.decision.inputs import decision_features
from serving.decision.policy import packaged
from serving.model.scorer import Scorer
from training.config.schema import TablesData, TrainConfig
from training.fidelity.finding import Finding
from training.fidelity.inputs import FidelityInputs

OBSERVATIONS = 400
"""Test observations whose decisions are read."""


def statement_findings(inputs: FidelityInputs) -> list[Finding]:
    """Share of stated figures that the rows contradict, and of those that nothing recomputes; both must be 0.

    Data without contract tables has no rows to recompute from, and no finding.
    """
    store = _store(inputs.config)
    if store is None:
        return []
    outcomes = _outcomes(inputs, store)
    n = sum(outcomes.values())
    false, unchecked = outcomes[Outcome.FALSE], outcomes[Outcome.UNCHECKED]
    return [
        Finding("stated_figures_false", false / max(n, 1), "max", 0.0, n, "figures that the rows contradict"),
        Finding("stated_figures_unchecked", unchecked / max(n, 1), "max", 0.0, n, "… not recomputed"),
    ]


def _store(config: TrainConfig) -> TableStore | None:
    if config.adapter == "simulated":
        return open_dataset("simulated")
    return open_dataset(config.data.name) if isinstance(config.data, TablesData) else None


def _outcomes(inputs: FidelityInputs, store: TableStore) -> Mapping[Outcome, int]:
    """How many figures of the first test accounts of some buckets have each outcome."""
    policy = packaged()
    engine = DecisionEngine(Scorer(inputs.bundle), "", policy)
    features = decision_features(inputs.bundle.spec.catalogue.names, policy.policy)
    keys = inputs.test.matrix.frame.select(KEYS)
    counts, read = dict.fromkeys(Outcome, 0), 0
    for bucket in store.buckets():
        tables = store.read(bucket)
        mine = keys.filter(pl.col("account_id").is_in(tables["accounts"]["account_id"].to_list()))
        chosen = mine.sort(KEYS).head(OBSERVATIONS - read)
        read += chosen.height
        own = tables.only(chosen["account_id"].unique().to_list())
        for case in cases_of(own, Observations(chosen), features):
            known = AccountRows.of(own, case.account_id).known(case.as_of)
            for finding in check(stated(engine.decide(replace(case, binding=False))), known):
                counts[finding.outcome] += 1
        if read >= OBSERVATIONS:
            break
    return counts
