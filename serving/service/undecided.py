"""Answers without a score: a person decides, or a feed is awaited."""

from dataclasses import asdict
from typing import Literal

import msgspec

from serving.decision.wording import review_text
from serving.service.feeds import DecisionTime
from serving.service.pending import PendingAnswer
from serving.service.records.record import new_id

Asked = Literal["decision", "advice"]
_ENCODER = msgspec.json.Encoder()
REVIEW = asdict(review_text())
AWAITED = {
    "zh": "所需数据未及时收到，本次未作评估；收到后可重新申请。",
    "en": "Data that an assessment needs has not arrived in time: nothing was decided; ask again later.",
}


def review(account_id: int, when: DecisionTime, asked: Asked, case: str | None) -> PendingAnswer:
    """The case of a person who opted out waits for a review; nothing is scored.

    Args:
        account_id: the account.
        when: the moment of the request.
        asked: what was asked for.
        case: the review case that is open already, None opens one.
    """
    record_id = new_id()
    inputs = {
        "account_id": account_id, "as_of": when.as_of, "asked": asked, "review_id": case or record_id
    }  # fmt: skip
    answer = {"record_id": record_id, "status": "review", "binding": True, **inputs, **REVIEW}
    return PendingAnswer(record_id, "review", account_id, inputs, _ENCODER.encode(answer))


def not_decided(account_id: int, when: DecisionTime, asked: Asked) -> PendingAnswer:
    """A feed is too far behind: nothing is scored, and the answer says what is awaited."""
    record_id = new_id()
    inputs = {
        "account_id": account_id, "as_of": when.as_of, "asked": asked, "binding": when.binding,
        "awaited": when.awaited, "late_feeds": when.late,
    }  # fmt: skip
    answer = {"record_id": record_id, "status": "not_decided", **inputs, **AWAITED}
    return PendingAnswer(record_id, "not_decided", account_id, inputs, _ENCODER.encode(answer))
