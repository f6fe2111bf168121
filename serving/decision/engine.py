"""From facts to a decision: scorer, rules, tier, limit, reasons. Equal facts give equal decisions."""

from collections.abc import Mapping, Sequence

from features.arrays import Floats, Ints
from serving.decision.policy import LoadedPolicy, RuleOutcome, check, check_facts, new_limit, scale_for
from serving.decision.policy.limits import Cap
from serving.decision.types import CURRENT_LIMIT, Case, Decision, Prediction, Reason
from serving.decision.wording import Linked, ReasonWriter
from serving.model.encoder import RowEncoder, Value
from serving.model.scorer import Scorer
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
        """The whole decision for one account."""
        row = self._encoder.rows([case.facts])
        scored = self.scorer.score(row)
        tier, outcome = self._scale.of(float(scored.pd[0])), check(self.policy.policy, case.facts)
        current = float(case.facts[CURRENT_LIMIT] or 0.0)
        limit = new_limit(self.policy.policy, tier, current, case.facts, case.budget_left_cny.get(tier.name))
        eligible = not outcome.bound and limit.new_limit_cny > current
        points, linked = scored.theme_points[0], frozenset(case.linked)
        reasons, not_higher = self._reasons(row[0], points, outcome, limit.binding, linked, rises=eligible)
        return Decision(
            account_id=case.account_id,
            as_of=case.as_of,
            pd=float(scored.pd[0]),
            score=int(scored.score[0]),
            tier=tier.name,
            eligible=eligible,
            current_limit_cny=current,
            new_limit_cny=limit.new_limit_cny if eligible else current,
            base_points=int(scored.base_points[0]),
            theme_points=dict(zip(self._keys, points.tolist(), strict=True)),
            reasons=reasons,
            why_not_higher=not_higher,
            rules=tuple(binding.rule.code for binding in outcome.bound),
            bundle_sha256=self.bundle_sha256,
            policy_version=self.policy.policy.version,
            annual_cost=tier.annual_cost,
            not_applicable=outcome.not_applicable,
            binding=case.binding,
            late_feeds=case.late_feeds,
        )

    def _predict_one(self, row: Mapping[str, Value], codes: Floats, scored: Scored, i: int) -> Prediction:
        tier, outcome = self._scale.of(float(scored.pd[i])), check(self.policy.policy, row)
        points = scored.theme_points[i]
        eligible = tier.raises and not outcome.bound
        reasons, not_higher = self._reasons(codes, points, outcome, None, frozenset(), rises=eligible)
        score, base = int(scored.score[i]), int(scored.base_points[i])
        return Prediction(
            pd=float(scored.pd[i]),
            score=score,
            tier=tier.name,
            eligible=eligible,
            base_points=base,
            theme_points=dict(zip(self._keys, points.tolist(), strict=True)),
            reasons=reasons,
            why_not_higher=not_higher,
            other_points=score - base - sum(reason.points for reason in reasons),
            rules=tuple(binding.rule.code for binding in outcome.bound),
            not_applicable=outcome.not_applicable,
            unknown_levels=self._encoder.unknown_levels(row),
        )

    def _reasons(
        self,
        codes: Floats,
        points: Ints,
        outcome: RuleOutcome,
        cap: Cap | None,
        linked: Linked,
        *,
        rises: bool,
    ) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
        """The reasons, and for a rise why it is not higher."""
        if rises:
            return self._writer.rise(codes, points), self._writer.not_higher(codes, points, cap, linked)
        return self._writer.hold(codes, points, outcome.bound, cap, linked), ()
