"""Refuses a policy that names a fact which nothing provides: such a rule would never bind, in silence."""

from collections.abc import Collection

from features.definitions import PORTFOLIO
from features.definitions.policy_facts import MOMENT, POLICY_FACTS
from features.errors import ConfigError
from features.spelling import nearest_name
from serving.decision.policy.model import Policy
from serving.decision.types import CASE_FACTS

MOMENTS = frozenset(meta.name for meta in POLICY_FACTS.catalogue.features if meta.unit == MOMENT)


def check_facts(policy: Policy, columns: Collection[str]) -> None:
    """Checks that every fact of a rule or a cap is one that some case can have.

    Known are the portfolio's features, the facts of the policy, the declared facts of a case, and the columns
    of the model that the policy is bound to. A portfolio feature that this model does not read is known all
    the same: the rule is then not applicable to rows of this model.

    Args:
        policy: to check.
        columns: features of the model.

    Raises:
        ConfigError: names the setting, the unknown fact and the nearest known one; or the rule whose fact is
            a moment where a figure is needed, or the reverse.
    """
    known = {*PORTFOLIO.catalogue.names, *POLICY_FACTS.catalogue.names, *CASE_FACTS, *columns}
    for setting, fact in policy.fact_settings.items():
        if fact not in known:
            raise ConfigError(_unknown(policy, setting, fact, known))
    for rule in policy.rules:
        if (rule.kind == "recent") != (rule.fact in MOMENTS):
            raise ConfigError(
                f"policy {policy.version}: rules.{rule.code} is of kind {rule.kind!r}, and its fact "
                f"{rule.fact!r} is {'a' if rule.fact in MOMENTS else 'no'} moment of an event; moments are "
                f"{', '.join(sorted(MOMENTS))}"
            )


def _unknown(policy: Policy, setting: str, fact: str, known: Collection[str]) -> str:
    near = nearest_name(fact, sorted(known))
    hint = "`make dictionary` lists the features" if near is None else f"the nearest name is {near!r}"
    return (
        f"policy {policy.version}: {setting} = {fact!r} is no feature of the portfolio, no fact of the "
        f"policy, no declared fact of a case ({', '.join(CASE_FACTS)}) and no column of the model; {hint}"
    )
