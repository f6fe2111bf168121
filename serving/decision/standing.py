"""What is decided, before it is put into words."""

from dataclasses import dataclass

from serving.decision.policy import Cap, LimitOutcome, RuleOutcome, Tier


@dataclass(frozen=True)
class Standing:
    """Tier, rules and limit of an account at a moment, or of a row of features that has no limit.

    Attributes:
        tier: by probability of bad.
        outcome: of the hard rules.
        limit: new limit; None for a row without an account.
        current_limit_cny: limit before.
        pd: probability of bad.
    """

    tier: Tier
    outcome: RuleOutcome
    limit: LimitOutcome | None = None
    current_limit_cny: float = 0.0
    pd: float = float("nan")

    @property
    def rules(self) -> tuple[str, ...]:
        """Codes of the rules that bind."""
        return tuple(binding.rule.code for binding in self.outcome.bound)

    @property
    def capped(self) -> bool:
        """Whether the tier would raise and a cap leaves no room."""
        room = self.limit is None or self.limit.new_limit_cny > self.current_limit_cny
        return self.tier.raises and not room

    @property
    def cap(self) -> Cap | None:
        """The cap that leaves no room, if one does."""
        return self.limit.binding if self.capped and self.limit is not None else None

    @property
    def eligible(self) -> bool:
        """Whether the limit rises."""
        return self.tier.raises and not self.outcome.bound and not self.capped

    @property
    def new_limit_cny(self) -> float:
        """Limit after; the current one where it does not rise."""
        return (
            self.limit.new_limit_cny if self.eligible and self.limit is not None else self.current_limit_cny
        )
