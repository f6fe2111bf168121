"""The linked sources: facts that a person lets the lender see by consent, each stated once in a module here.

A new source is a module with its `SOURCE`, a line in this file, its features (`features.definitions`) and its
feed in the simulator (`experiments.portfolio.emit.<key>`).
"""

from collections.abc import Mapping
from types import MappingProxyType

from features.sources import bureau, housing_fund, social_security, third_party
from features.sources.linked import LinkedSource

_ALL = (
    bureau.SOURCE,
    third_party.SOURCE,
    social_security.SOURCE,
    housing_fund.SOURCE,
)

LINKED: Mapping[str, LinkedSource] = MappingProxyType({source.key: source for source in _ALL})
"""By key, in the order of their codes. Consents are coded by position: a new source goes to the end."""

__all__ = ["LINKED", "LinkedSource"]
