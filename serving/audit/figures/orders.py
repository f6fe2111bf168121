"""Figures of purchases on the platform and of returned goods."""

from serving.audit.account_rows import KnownRows, Row
from serving.audit.figures.plain import DAY, MONTH, Figure, age, last_days, mean, share


def _orders(known: KnownRows, n: int) -> list[Row]:
    return last_days(known, "orders", "placed_at", n)


def _count(n: int) -> Figure:
    return lambda known: float(len(_orders(known, n)))


def _amount(rows: list[Row]) -> float:
    return float(sum(row["amount_cny"] for row in rows))


def _spent(n: int) -> Figure:
    return lambda known: _amount(_orders(known, n))


def _returned(known: KnownRows, n: int) -> list[Row]:
    return [row for row in _orders(known, n) if row["returned_at"] is not None]


def _in_instalments(known: KnownRows) -> list[Row]:
    return [row for row in _orders(known, 365) if row["on_credit"] and row["instalments"] > 1]


def _most_instalments(known: KnownRows) -> float | None:
    return max((float(row["instalments"]) for row in _in_instalments(known)), default=None)


def _largest(known: KnownRows) -> float | None:
    return max((float(row["amount_cny"]) for row in _orders(known, 365)), default=None)


def _since_last(known: KnownRows) -> float | None:
    rows = known.happened("orders")
    return age(known, rows[-1]["placed_at"], DAY) if rows else None


def _since_first(known: KnownRows) -> float | None:
    rows = known.happened("orders")
    return age(known, rows[0]["placed_at"], MONTH) if rows else None


def _return_rate(known: KnownRows) -> float | None:
    return share(len(_returned(known, 365)), len(_orders(known, 365)))


def _returned_amount(known: KnownRows) -> float | None:
    return share(_amount(_returned(known, 365)), _amount(_orders(known, 365)))


FIGURES: dict[str, Figure] = {
    "orders_7d": _count(7),
    "orders_30d": _count(30),
    "orders_3m": _count(90),
    "orders_12m": _count(365),
    "spent_30d": _spent(30),
    "spent_3m": _spent(90),
    "spent_6m": _spent(180),
    "spent_12m": _spent(365),
    "order_mean_12m": lambda known: mean([row["amount_cny"] for row in _orders(known, 365)]),
    "order_max_12m": _largest,
    "categories_12m": lambda known: float(len({row["category"] for row in _orders(known, 365)})),
    "days_since_order": _since_last,
    "months_since_first_order": _since_first,
    "split_orders_12m": lambda known: float(len(_in_instalments(known))),
    "instalments_max_12m": _most_instalments,
    "returns_3m": lambda known: float(len(_returned(known, 90))),
    "returns_12m": lambda known: float(len(_returned(known, 365))),
    "return_rate_12m": _return_rate,
    "return_amount_share_12m": _returned_amount,
}
