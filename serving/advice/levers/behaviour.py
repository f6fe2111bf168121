"""The behaviour that a lever asks for, apart from how it is projected."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BehaviourChange:
    """What an account that follows a lever does otherwise, in terms that a simulation of accounts can enact.

    Attributes:
        pay_on_time: whether no payment is late.
        use: share of the carried balance that is still wanted, 1 = all.
        fewer_inquiries: log factor by which credit applications fall.
        pay_down: share of the debt elsewhere paid down every month.
    """

    pay_on_time: bool = False
    use: float = 1.0
    fewer_inquiries: float = 0.0
    pay_down: float = 0.0

    def __add__(self, other: "BehaviourChange") -> "BehaviourChange":
        """Both changes, the stronger where they are of the same kind."""
        return BehaviourChange(
            self.pay_on_time or other.pay_on_time,
            min(self.use, other.use),
            max(self.fewer_inquiries, other.fewer_inquiries),
            max(self.pay_down, other.pay_down),
        )
