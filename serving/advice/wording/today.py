"""What would be decided today, in words: never as a decision, since an advice makes none."""

from serving.advice.outcome import DecisionOutcome
from serving.advice.text import Bilingual, cny


def today(before: DecisionOutcome) -> Bilingual:
    """The increase that is possible today, or the rules that bind in the policy's own words.

    Another sentence follows.
    """
    if before.eligible:
        low, high = cny(before.current_limit_cny), cny(before.new_limit_cny)
        return (
            f"若今天申请，额度可由{low}提至{high}（仅为测算，尚未作出决定）。以下为如此提额之后的情况。",
            f"If you asked today, the limit could go from {low} to {high} (an estimate; nothing has been "
            "decided). What follows is for the time after such a rise. ",
        )
    binding = [reason for reason in before.bound if reason.code in before.rules]
    return "".join(reason.zh for reason in binding), "".join(f"{reason.en} " for reason in binding)
