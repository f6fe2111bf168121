"""Sources that a person has not linked, as an opportunity: never as a reason against them."""

from collections.abc import Collection

from features.sources.registry import LINKED
from serving.decision.types import Opportunity


def opportunity(source: str, linked: Collection[str]) -> Opportunity:
    """What linking a source may bring, or that one that is linked has sent nothing yet.

    Args:
        source: a source of which nothing is known.
        linked: sources that the person is known to have consented to.
    """
    absent = LINKED[source]
    if source in linked:
        return Opportunity(absent.code, source, f"{absent.linked.zh}。", f"{absent.linked.en}.")
    return Opportunity(
        absent.code,
        source,
        f"{absent.unlinked.zh}。可能有助于提额，也可能没有帮助；未授权不会对您不利。",
        f"{absent.unlinked.en}. It may help or not; not linking it does not count against you.",
    )
