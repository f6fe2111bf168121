"""The moment of a decision, and what is done about a feed that is late."""

from serving.service.feeds.rules import FeedRules, packaged, read
from serving.service.feeds.timing import DecisionTime, decision_time

__all__ = ["DecisionTime", "FeedRules", "decision_time", "packaged", "read"]
