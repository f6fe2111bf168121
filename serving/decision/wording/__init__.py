"""The wording of reasons: true of the account, specific, in Chinese and English."""

from serving.decision.wording.reasons import Linked, ReasonWriter

__all__ = ["Linked", "ReasonWriter"]
