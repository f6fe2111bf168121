"""When an account that rules hold back can be assessed again, and what then stands in the way."""

from collections.abc import Sequence
from datetime import date

from features.sources.linked import Text
from serving.decision.policy.rules import Binding
from serving.decision.types import Reassessment
from serving.decision.wording.figures import day

IN_ORDER = Text("；目前其他条件均已满足。", "; all else is in order at present.")
SCORE_HOLDS = Text(
    "；除此之外，目前的评估结果还不足以提额，其他原因已一并列出。",
    "; apart from that, the assessment does not allow a raise at present, for the other reasons stated.",
)
CAPPED = Text(
    "；除此之外，目前还受额度上限限制。", "; apart from that, a cap on the limit leaves no room at present."
)
END = Text("。", ".")


def reassessment(bound: Sequence[Binding], *, score_holds: bool, capped: bool) -> Reassessment | None:
    """The earliest day on which all binding rules have ended, and whether all else is in order.

    Args:
        bound: rules that bind.
        score_holds: whether the tier alone would hold the account.
        capped: whether a cap alone would leave no room.

    Nothing is promised where a fact is missing, nor to a customer who is not to be written to.
    """
    if not bound or not all(binding.rule.notify for binding in bound):
        return None
    known = all(binding.value is not None for binding in bound)
    in_order = known and not score_holds and not capped
    dates = [binding.lapses_on for binding in bound if binding.lapses_on is not None]
    earliest = max(dates, default=None)
    when = _when(earliest, n_open=len(bound) - len(dates), n=len(bound))
    rest = SCORE_HOLDS if score_holds else CAPPED if capped else IN_ORDER if in_order else END
    return Reassessment(earliest, in_order, when.zh + rest.zh, when.en + rest.en)


def _when(earliest: date | None, n_open: int, n: int) -> Text:
    """Rules that no date ends are `n_open` of `n`."""
    if earliest is None:
        if n == 1:
            return Text("此项结束后可再次评估", "Once this has ended the limit can be assessed again")
        return Text(
            "以上各项都结束后可再次评估", "Once all of these have ended the limit can be assessed again"
        )
    zh, en = day(earliest, "zh"), day(earliest, "en")
    if n_open:
        return Text(
            f"以上各项都结束后可再次评估，最早为{zh}",
            f"Once all of these have ended the limit can be assessed again, on {en} at the earliest",
        )
    return Text(
        f"如无新的变化，{zh}起可再次评估",
        f"If nothing new is recorded, the limit can be assessed again from {en}",
    )
