"""All views by name."""

from collections.abc import Mapping
from types import MappingProxyType

from features.engine import payment_views, platform_views, source_views
from features.engine.view import View

_ALL: tuple[View, ...] = (
    platform_views.ACCOUNTS,
    platform_views.LIMITS,
    platform_views.LIMIT_CHANGES,
    platform_views.ORDERS,
    platform_views.RETURNS,
    platform_views.STATEMENTS,
    platform_views.REPAYMENTS,
    payment_views.SETTLEMENTS,
    platform_views.DELINQUENCY,
    source_views.BUREAU,
    source_views.THIRD_PARTY,
    source_views.SOCIAL_SECURITY,
    source_views.HOUSING_FUND,
    source_views.EMPLOYERS,
    source_views.INDUSTRY,
    source_views.MACRO,
)
VIEWS: Mapping[str, View] = MappingProxyType({view.name: view for view in _ALL})
"""In the order in which they can be built: a view keyed by an aggregate comes after that aggregate's."""
