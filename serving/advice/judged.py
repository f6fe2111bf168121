"""The whole decision as the advice re-runs it: the judge that serves, on features of its own choosing."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from features.definitions import PORTFOLIO
from features.engine import FeatureSet
from features.errors import ConfigError
from features.matrix import FeatureMatrix
from serving.advice.types import Cautious, Decide
from serving.decision import OPTED_OUT, Case, Judge
from serving.live import LIMIT_NOW
from serving.scorer import Scorer
from serving.types import Decision


def features_of(judge: Judge) -> FeatureSet:
    """What a judge's decision reads: the model's features, the policy's, and the limit in force.

    Raises:
        ConfigError: the model reads columns of its own file, which no tables project.
    """
    known = set(PORTFOLIO.catalogue.names)
    names = judge.scorer.bundle.spec.catalogue.names
    foreign = sorted(set(names) - known)
    if foreign:
        raise ConfigError(
            f"the model reads {foreign[:3]}…, which are no features of tables; advice needs a model "
            "trained on contract tables"
        )
    wanted = [*names, *(fact for fact in judge.policy.policy.facts if fact in known and fact not in names)]
    return FeatureSet((*PORTFOLIO.select(wanted).specs, LIMIT_NOW))


def cautious_with(judge: Judge, *, opted_out: bool = False) -> Cautious:
    """Stricter copies of a judge: the same trees, rules, tiers and caps, every account held for riskier."""

    @cache
    def cautious(log_odds: float) -> Decide:
        bundle = judge.scorer.bundle
        usual = bundle.spec.calibration
        calibration = replace(usual, intercept=usual.intercept + log_odds)
        stricter = replace(bundle, spec=replace(bundle.spec, calibration=calibration))
        return decide_with(Judge(Scorer(stricter), judge.bundle_sha256, judge.policy), opted_out=opted_out)

    return cautious


def decide_with(judge: Judge, *, opted_out: bool = False) -> Decide:
    """The judge's whole decision over the rows of a matrix."""

    def decide(matrix: FeatureMatrix) -> Sequence[Decision]:
        names = matrix.catalogue.names
        return [
            judge.decide(
                Case(
                    row["account_id"],
                    row["as_of"],
                    {**{name: row[name] for name in names}, OPTED_OUT: float(opted_out)},
                )
            )
            for row in matrix.frame.iter_rows(named=True)
        ]

    return decide
