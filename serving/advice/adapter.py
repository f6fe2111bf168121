"""Adapts the decision engine to the advice: features in, decisions and their margins to the cut-off out."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf, log
from typing import Any

import numpy as np

from features.definitions import PORTFOLIO
from features.engine import FeatureSet
from features.errors import ConfigError
from features.matrix import FeatureMatrix
from serving.advice.outcome import DecisionOutcome
from serving.advice.types import DecisionFunction, OutcomeFunction, SlackFunction
from serving.advice.wording.later import later_outcome
from serving.decision import inputs
from serving.decision.engine import DecisionEngine
from serving.decision.policy import check, new_limit, scale_for
from serving.decision.types import CURRENT_LIMIT, OPTED_OUT, Case, Decision

FLAG = "flag_"
"""How the names of the facts of account flags begin (`features.definitions.policy_facts`)."""


def decision_features(engine: DecisionEngine) -> FeatureSet:
    """Features that an engine's decision reads: the model's, the policy's, and the limit in force.

    Raises:
        ConfigError: the model reads columns of its own file, which no projection can make.
    """
    known = set(PORTFOLIO.catalogue.names)
    names = engine.scorer.bundle.spec.catalogue.names
    foreign = sorted(set(names) - known)
    if foreign:
        raise ConfigError(
            f"the model reads {foreign[:3]}…, which are no features of tables; advice needs a model "
            "trained on contract tables"
        )
    return inputs.decision_features(names, engine.policy.policy)


def decision_function(
    engine: DecisionEngine, *, opted_out: bool = False, withheld: tuple[str, ...] = ()
) -> DecisionFunction:
    """The engine's whole decision over the rows of a matrix, without reasons of the codes `withheld`."""

    def decide(matrix: FeatureMatrix) -> Sequence[Decision]:
        cases = [_what_if(matrix, row, opted_out) for row in matrix.frame.iter_rows(named=True)]
        return [engine.decide(replace(case, withheld=withheld)) for case in cases]

    return decide


def outcome_function(engine: DecisionEngine, *, opted_out: bool = False) -> OutcomeFunction:
    """What the engine would decide over the rows of a matrix, all scored at once and no theme explained."""
    spec = engine.scorer.bundle.spec

    def outcomes(matrix: FeatureMatrix) -> Sequence[DecisionOutcome]:
        cases = [_what_if(matrix, row, opted_out) for row in matrix.frame.iter_rows(named=True)]
        standings = engine.standings(cases)
        points = spec.scaling.score(np.array([_logit(standing.pd) for standing in standings]))
        return [
            later_outcome(case.as_of, standing, round(score))
            for case, standing, score in zip(cases, standings, points.tolist(), strict=True)
        ]

    return outcomes


def rules_for_staff(engine: DecisionEngine) -> frozenset[str]:
    """Codes of rules on flags of the account and on opting out: no use or payment of it ends them."""
    rules = engine.policy.policy.rules
    return frozenset(rule.code for rule in rules if rule.fact.startswith(FLAG) or rule.fact == OPTED_OUT)


def slack_function(engine: DecisionEngine, *, opted_out: bool = False) -> SlackFunction:
    """Margin to the cut-off: by how much riskier, in log-odds, an account could be and be granted a limit.

    The cut-off is that of the riskiest tier that still grants more than the limit; where a hard rule binds,
    or no tier would, the margin is −inf.
    """
    policy = engine.policy.policy
    scale = scale_for(policy, engine.scorer.bundle.spec.info.config, engine.scorer.worst_reference_pd())

    def margin(pd: float, case: Case, above_cny: float) -> float:
        facts = case.facts
        if check(policy, facts, case.as_of).bound:
            return -inf
        current = float(facts[CURRENT_LIMIT] or 0.0)
        cuts = [
            cut
            for tier, cut in zip(scale.tiers, scale.cuts, strict=True)
            if new_limit(policy, tier, current, facts).new_limit_cny > above_cny
        ]
        return _logit(max(cuts)) - _logit(pd) if cuts else -inf

    def slack(
        matrix: FeatureMatrix, outcomes: Sequence[DecisionOutcome], above_cny: float
    ) -> Sequence[float]:
        rows = matrix.frame.iter_rows(named=True)
        return [
            margin(outcome.pd, _what_if(matrix, row, opted_out), above_cny)
            for outcome, row in zip(outcomes, rows, strict=True)
        ]

    return slack


def _what_if(matrix: FeatureMatrix, row: dict[str, Any], opted_out: bool) -> Case:
    """A row as a case that decides nothing: it may lie beyond the days of the policy."""
    facts = {**{name: row[name] for name in matrix.catalogue.names}, OPTED_OUT: float(opted_out)}
    return Case(row["account_id"], row["as_of"], facts, binding=False)


def _logit(pd: float) -> float:
    return log(pd / (1.0 - pd))
