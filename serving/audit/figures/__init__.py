"""Every figure that a reason may state of a stored account, recomputed from its text in plain loops."""

from collections.abc import Mapping
from types import MappingProxyType

from serving.audit.figures import (
    account,
    bills,
    bureau,
    delinquency,
    employer,
    housing_fund,
    orders,
    payments,
    policy_facts,
    social_security,
    third_party,
)
from serving.audit.figures.plain import Figure

MODULES = (
    account,
    bills,
    payments,
    delinquency,
    orders,
    bureau,
    third_party,
    social_security,
    employer,
    housing_fund,
    policy_facts,
)
FIGURES: Mapping[str, Figure] = MappingProxyType(
    {name: figure for module in MODULES for name, figure in module.FIGURES.items()}
)
"""By the name of the feature, or of the fact of the policy, that the figure shows."""

__all__ = ["FIGURES", "Figure"]
