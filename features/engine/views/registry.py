"""All views by name."""

from collections.abc import Mapping
from types import MappingProxyType

from features.engine.views import external, payments, permissions, platform
from features.engine.views.linked import view_of
from features.engine.views.view import View
from features.sources.registry import LINKED

_ALL: tuple[View, ...] = (
    platform.ACCOUNTS,
    platform.LIMITS,
    platform.LIMIT_CHANGES,
    platform.ORDERS,
    platform.RETURNS,
    platform.STATEMENTS,
    platform.REPAYMENTS,
    payments.DUE_BILLS,
    payments.SETTLEMENTS,
    platform.DELINQUENCY,
    permissions.ACCOUNT_FLAGS,
    permissions.CONSENT_GRANTS,
    permissions.CONSENT_WITHDRAWALS,
    *(view_of(source) for source in LINKED.values()),
    external.EMPLOYERS,
    external.INDUSTRY,
    external.MACRO,
)
VIEWS: Mapping[str, View] = MappingProxyType({view.name: view for view in _ALL})
"""In the order in which they can be built: a view keyed by an aggregate comes after that aggregate's."""
