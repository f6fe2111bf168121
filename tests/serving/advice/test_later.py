"""Outcomes of moments to come are those of whole decisions, themes apart."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import polars as pl

from features.matrix import FeatureMatrix
from features.spec import FeatureCatalogue
from serving.advice.adapter import decision_function, outcome_function
from serving.advice.outcome import DecisionOutcome
from serving.decision.engine import DecisionEngine
from serving.decision.policy import packaged
from serving.model.encoder import Value
from serving.model.scorer import Scorer
from tests.serving import toy

AS_OF = datetime(2026, 11, 26, 10)
ENGINE = DecisionEngine(Scorer(toy.bundle()), "0" * 64, packaged())
RAISED = datetime(2026, 8, 3).timestamp() * 1e6
OTHER_LIMITS = (0.0, 191_500.0, 400_000.0)


def matrix() -> FeatureMatrix:
    """Rows that are raised, held by the score, by rules with and without a day, by a cap, and by several."""
    rows: list[Mapping[str, Value]] = [
        {
            **row,
            **toy.OWN_BOOKS,
            "overdue_now_cny": 40.0 * (i % 4 == 0),
            "last_raise_at": RAISED if i % 3 == 0 else None,
            "other_limit": OTHER_LIMITS[i % 3],
        }
        for i, row in enumerate(toy.rows(400, seed=44))
    ]
    metas = {meta.name: meta for meta in toy.FEATURES}
    names = [name for name in rows[0] if name != "opted_out"]
    known = tuple(metas.get(name, replace(toy.FEATURES[0], name=name)) for name in names)
    keys = [{"account_id": i, "as_of": AS_OF} for i in range(len(rows))]
    frame = pl.DataFrame([{**key, **row} for key, row in zip(keys, rows, strict=True)])
    return FeatureMatrix(
        frame.select("account_id", "as_of", *names), FeatureCatalogue(known, toy.CATALOGUE.themes)
    )


def test_outcomes_are_those_of_whole_decisions_but_for_sentences() -> None:
    rows = matrix()
    whole = [DecisionOutcome.of(decision) for decision in decision_function(ENGINE)(rows)]
    quick = outcome_function(ENGINE)(rows)
    assert [replace(one, bound=(), themes=()) for one in quick] == [
        replace(one, bound=(), themes=()) for one in whole
    ]
    assert [[reason.code for reason in one.bound] for one in quick] == [
        [reason.code for reason in one.bound] for one in whole
    ]
    kinds = {(one.eligible, len(one.rules), one.in_order, len(one.bound) > len(one.rules)) for one in whole}
    assert len(kinds) >= 5
