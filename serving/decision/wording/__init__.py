"""The wording of reasons: true of the account, specific, in Chinese and English."""

from serving.decision.wording.reasons import ReasonWriter
from serving.decision.wording.reassessment import reassessment
from serving.decision.wording.review import review_text

__all__ = ["ReasonWriter", "reassessment", "review_text"]
