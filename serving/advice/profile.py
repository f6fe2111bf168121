"""What a source tends to show: cautious values over accounts that have it, for the worth of linking it.

Nobody's future data are known before they are linked. So a linked source is valued at what three
quarters of the reference accounts with that source reach or better, column by column (which
together is more cautious than any one column), and told only as the condition under which linking
helps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor
from types import MappingProxyType

import polars as pl

from features.tables import Tables
from serving.advice.types import SourceProfiles

FEWEST = 30
"""Accounts with a source below which its quantiles say nothing."""
QUANTILE = 0.25


@dataclass(frozen=True)
class _Source:
    """A source's table, its event, and by column whether more is better (1), worse (−1) or neither (0)."""

    table: str
    event: str
    columns: Mapping[str, int]


SOURCES: Mapping[str, _Source] = MappingProxyType(
    {
        "bureau": _Source(
            "bureau_reports",
            "reported_at",
            MappingProxyType(
                {
                    "n_accounts": 0,
                    "n_lenders": -1,
                    "total_limit_cny": 0,
                    "total_balance_cny": -1,
                    "monthly_payment_cny": -1,
                    "max_dpd_24m": -1,
                    "n_overdue_24m": -1,
                    "inquiries_3m": -1,
                    "inquiries_12m": -1,
                    "new_accounts_12m": -1,
                    "oldest_account_months": 1,
                }
            ),
        ),
        "third_party": _Source("third_party_scores", "scored_at", MappingProxyType({"score": 1})),
        "social_security": _Source(
            "social_security", "month", MappingProxyType({"contribution_base_cny": 1})
        ),
        "housing_fund": _Source("housing_fund", "month", MappingProxyType({"contribution_cny": 1})),
    }
)


def profiles_of(
    tables: Tables, account_ids: pl.Series, as_of: datetime, *, quantile: float = QUANTILE
) -> SourceProfiles:
    """Cautious values of every source that enough of the reference accounts show.

    Args:
        tables: rows of at least these accounts.
        account_ids: the reference, such as accounts that received a raise.
        as_of: only what was known before it counts.
        quantile: share of accounts that show worse than the value, column by column.
    """
    counts: dict[str, int] = {}
    values: dict[str, Mapping[str, float]] = {}
    for name, source in SOURCES.items():
        rows = tables[source.table].filter(
            pl.col("account_id").is_in(account_ids.implode()) & (pl.col("known_at") < as_of)
        )
        latest = rows.sort(source.event).unique("account_id", keep="last", maintain_order=True)
        counts[name] = latest.height
        if latest.height >= FEWEST:
            values[name] = MappingProxyType(
                {
                    column: _cautious(latest[column], better, quantile)
                    for column, better in source.columns.items()
                }
            )
    return SourceProfiles(quantile, MappingProxyType(counts), MappingProxyType(values))


def _cautious(column: pl.Series, better: int, quantile: float) -> float:
    share = 0.5 if better == 0 else (quantile if better > 0 else 1.0 - quantile)
    value = float(column.cast(pl.Float64).quantile(share, "nearest") or 0.0)
    return float(floor(value) if better >= 0 else ceil(value))
