"""The linked sources: facts that a person lets the lender see by consent."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class LinkedSource:
    """A source that is there only with a person's consent, and can be absent as a whole.

    Attributes:
        key: stable key, as consents and themes name it.
        table: its table of the data contract.
        zh: what a person calls it, in Chinese.
        en: what a person calls it, in English.
    """

    key: str
    table: str
    zh: str
    en: str


_ALL = (
    LinkedSource("bureau", "bureau_reports", "征信报告", "credit bureau report"),
    LinkedSource("third_party", "third_party_scores", "第三方信用分", "third-party credit score"),
    LinkedSource("social_security", "social_security", "社保缴费记录", "social security record"),
    LinkedSource("housing_fund", "housing_fund", "公积金缴存记录", "housing-fund record"),
)

LINKED: Mapping[str, LinkedSource] = MappingProxyType({source.key: source for source in _ALL})
"""By key, in the order in which sources are told and coded."""
