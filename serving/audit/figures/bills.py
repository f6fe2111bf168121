"""Figures of bills that were issued: what was owed, against the average limit of 180 days."""

from serving.audit.account_rows import KnownRows, Row
from serving.audit.figures.account import average_limit
from serving.audit.figures.plain import Figure, by_event, mean

MOST = 100.0
"""Ratios are cut off at a hundred times the limit."""


def issued(known: KnownRows) -> list[Row]:
    """Bills issued and known, the newest first."""
    return by_event(known.happened("statements"), "statement_on")[::-1]


def balances(known: KnownRows, n: int) -> list[float]:
    """What the n newest bills say is owed, the newest first; a negative balance is money of the customer."""
    return [float(row["balance_cny"]) for row in issued(known)[:n]]


def over_limit(known: KnownRows, amount: float) -> float | None:
    """An amount over the average limit of 180 days, 0 at least."""
    limit = average_limit(known, 180)
    if limit is None or limit <= 0:
        return None
    return min(max(amount / limit, 0.0), MOST)


def _use(k: int) -> Figure:
    def figure(known: KnownRows) -> float | None:
        owed = balances(known, k)
        return over_limit(known, owed[k - 1]) if len(owed) == k else None

    return figure


def _highest_use(known: KnownRows) -> float | None:
    owed = balances(known, 6)
    return over_limit(known, max(owed)) if owed else None


def _above(part: float) -> Figure:
    def figure(known: KnownRows) -> float | None:
        limit = average_limit(known, 180) or 0.0
        return float(sum(owed > part * limit > 0 for owed in balances(known, 6)))

    return figure


def _last(known: KnownRows) -> float | None:
    owed = balances(known, 1)
    return owed[0] if owed else None


def _highest(known: KnownRows) -> float | None:
    return max(balances(known, 12), default=None)


def _minimum(known: KnownRows) -> float | None:
    bills = issued(known)
    minimum = bills[0]["minimum_due_cny"] if bills else None
    return None if minimum is None else float(minimum)


def _counted(sign: int) -> Figure:
    def figure(known: KnownRows) -> float | None:
        return float(sum((owed > 0) - (owed < 0) == sign for owed in balances(known, 6)))

    return figure


FIGURES: dict[str, Figure] = {
    **{f"utilisation_m{k}": _use(k) for k in range(1, 7)},
    "utilisation_max_6m": _highest_use,
    "months_above_80pct_6m": _above(0.8),
    "months_over_limit_6m": _above(1.0),
    "balance_last": _last,
    "balance_avg_6m": lambda known: mean(balances(known, 6)),
    "balance_max_12m": _highest,
    "minimum_due_last": _minimum,
    "bills_owing_6m": _counted(+1),
    "bills_empty_6m": _counted(0),
    "bills_in_credit_6m": _counted(-1),
}
