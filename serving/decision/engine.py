"""From facts to a decision: scorer, rules, tier, limit, reasons. Equal facts give equal decisions."""

from collections.abc import Mapping, Sequence

from features.arrays import Floats, Ints
from serving.decision.policy import (
    Facts,
    LoadedPolicy,
    check,
    check_facts,
    new_limit,
    require_in_force,
    scale_for,
)
from serving.decision.standing import Standing
from serving.decision.types import CURRENT_LIMIT, Case, Decision, Lapse, Prediction, Reason
from serving.decision.wording import ReasonWriter, reassessment
from serving.model.encoder import RowEncoder, Value
from serving.model.scorer import Scorer, probability
from serving.model.types import Scored


class DecisionEngine:
    """Decides with one model under one policy.

    Attributes:
        scorer: of the bundle.
        policy: in force.
        bundle_sha256: identity of the bundle.

    A policy of the decision records (`recorded`) was checked when it was in force; features may have been
    renamed since, and its decisions must be repeatable all the same.

    Raises:
        ConfigError: the policy names a fact that neither a case nor this model has.
    """

    def __init__(
        self, scorer: Scorer, bundle_sha256: str, policy: LoadedPolicy, *, recorded: bool = False
    ) -> None:
        spec = scorer.bundle.spec
        if not recorded:
            check_facts(policy.policy, spec.catalogue.names)
        self.scorer, self.policy, self.bundle_sha256 = scorer, policy, bundle_sha256
        self._recorded = recorded
        self._encoder = RowEncoder(spec)
        self._writer = ReasonWriter(scorer)
        self._scale = scale_for(policy.policy, spec.info.config, scorer.worst_reference_pd())
        self._keys = tuple(theme.key for theme in spec.catalogue.themes)

    def predict(self, rows: Sequence[Mapping[str, Value]]) -> tuple[Prediction, ...]:
        """One prediction a row; a row names every feature, None = absent."""
        codes = self._encoder.rows(rows)
        scored = self.scorer.score(codes)
        return tuple(self._predict_one(row, codes[i], scored, i) for i, row in enumerate(rows))

    def decide(self, case: Case) -> Decision:
        """The whole decision for one account.

        Raises:
            RequestError: the policy may not decide at that moment; a what-if it may.
        """
        if case.binding and not self._recorded:
            require_in_force(self.policy.policy, case.as_of)
        row = self._encoder.rows([case.facts])
        scored = self.scorer.score(row)
        standing, points = self._standing(case, float(scored.pd[0])), scored.theme_points[0]
        reasons, not_higher = self._reasons(row[0], points, standing)
        held_by_score = not standing.tier.raises
        bound = standing.outcome.bound
        return Decision(
            account_id=case.account_id,
            as_of=case.as_of,
            pd=float(scored.pd[0]),
            score=int(scored.score[0]),
            tier=standing.tier.name,
            eligible=standing.eligible,
            current_limit_cny=standing.current_limit_cny,
            new_limit_cny=standing.new_limit_cny,
            base_points=int(scored.base_points[0]),
            theme_points=dict(zip(self._keys, points.tolist(), strict=True)),
            reasons=_without(reasons, case.withheld),
            why_not_higher=_without(not_higher, case.withheld),
            rules=standing.rules,
            bundle_sha256=self.bundle_sha256,
            policy_version=self.policy.policy.version,
            annual_cost=standing.tier.annual_cost,
            not_applicable=standing.outcome.not_applicable,
            lapses=tuple(Lapse(binding.rule.code, binding.lapses_on) for binding in bound),
            reassessment=reassessment(bound, score_holds=held_by_score, capped=standing.capped),
            opportunities=self._writer.opportunities(row[0], case.linked) if held_by_score else (),
            notify=all(binding.rule.notify for binding in bound),
            valid_until=None if case.outlook is None else case.outlook.valid_until,
            changes=() if case.outlook is None else case.outlook.changes,
            binding=case.binding,
            late_feeds=case.late_feeds,
        )

    def standings(self, cases: Sequence[Case]) -> tuple[Standing, ...]:
        """What would be decided for each case, without reasons: one call of the booster for all."""
        log_odds = self.scorer.bundle.spec.calibration.log_odds(self.scorer.margin(self.codes(cases)))
        pds = probability(log_odds).tolist()
        return tuple(self._standing(case, pd) for case, pd in zip(cases, pds, strict=True))

    def codes(self, cases: Sequence[Case]) -> Floats:
        """(n, f) encoded values of the model's features."""
        return self._encoder.rows([case.facts for case in cases])

    def _standing(self, case: Case, pd: float) -> Standing:
        policy, tier = self.policy.policy, self._scale.of(pd)
        current = float(case.facts[CURRENT_LIMIT] or 0.0)
        limit = new_limit(policy, tier, current, case.facts, case.budget_left_cny.get(tier.name))
        return Standing(tier, check(policy, case.facts, case.as_of), limit, current)

    def _predict_one(self, row: Mapping[str, Value], codes: Floats, scored: Scored, i: int) -> Prediction:
        points = scored.theme_points[i]
        standing = self._without_account(row, float(scored.pd[i]))
        reasons, not_higher = self._reasons(codes, points, standing)
        score, base = int(scored.score[i]), int(scored.base_points[i])
        return Prediction(
            pd=float(scored.pd[i]),
            score=score,
            tier=standing.tier.name,
            eligible=standing.eligible,
            base_points=base,
            theme_points=dict(zip(self._keys, points.tolist(), strict=True)),
            reasons=reasons,
            why_not_higher=not_higher,
            other_points=score - base - sum(reason.points for reason in reasons),
            rules=standing.rules,
            not_applicable=standing.outcome.not_applicable,
            unknown_levels=self._encoder.unknown_levels(row),
        )

    def _without_account(self, row: Facts, pd: float) -> Standing:
        """Of a row of features: no limit, and no rules on events."""
        return Standing(self._scale.of(pd), check(self.policy.policy, row))

    def _reasons(
        self, codes: Floats, points: Ints, standing: Standing
    ) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
        """The reasons, and for a rise why it is not higher."""
        cap = None if standing.limit is None else standing.limit.binding
        if standing.eligible:
            return self._writer.rise(codes, points), self._writer.not_higher(codes, points, cap)
        held_by_score = not standing.tier.raises
        return self._writer.hold(
            codes, points, standing.outcome.bound, standing.cap, score_holds=held_by_score
        ), ()


def _without(reasons: tuple[Reason, ...], withheld: tuple[str, ...]) -> tuple[Reason, ...]:
    return tuple(reason for reason in reasons if reason.code not in withheld)
