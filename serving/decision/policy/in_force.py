"""Whether a policy may decide at a moment."""

from datetime import datetime

from features.errors import RequestError
from serving.decision.policy.model import Policy


def require_in_force(policy: Policy, moment: datetime) -> None:
    """Refuses a decision outside the days for which the policy was approved.

    Args:
        policy: that would decide.
        moment: of the decision.

    Raises:
        RequestError: names the policy, its days and the moment; status 409.
    """
    day = moment.date()
    early = policy.valid_from is not None and day < policy.valid_from
    late = policy.valid_to is not None and day > policy.valid_to
    if early or late:
        raise RequestError(
            f"policy {policy.version} is valid from {policy.valid_from or 'any day'} to "
            f"{policy.valid_to or 'any day'} and cannot decide on {day}: approve a policy for that day",
            field="as_of",
            status=409,
        )
