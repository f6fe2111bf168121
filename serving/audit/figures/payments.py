"""Figures of payments: towards bills whose due day has passed, and over days."""

from collections.abc import Callable

from serving.audit.account_rows import KnownRows
from serving.audit.figures.bills import MOST, over_limit
from serving.audit.figures.due_bills import DueBill, due_bills
from serving.audit.figures.plain import DAY, Figure, age, last_days, mean, share

HALF_A_FEN = 0.005
"""Amounts are whole fen: smaller differences are of floating point."""

Test = Callable[[DueBill], bool]


def _asks(bill: DueBill) -> bool:
    return bill.asked is not None and bill.asked > 0


def _paid_off(bill: DueBill) -> bool:
    return _asks(bill) and bill.paid >= (bill.asked or 0.0) - HALF_A_FEN


def _paid_off_in_time(bill: DueBill) -> bool:
    return _asks(bill) and bill.paid_in_time >= (bill.asked or 0.0) - HALF_A_FEN


def _not_paid_off(bill: DueBill) -> bool:
    return _asks(bill) and not _paid_off(bill)


def _asks_minimum(bill: DueBill) -> bool:
    return bill.minimum is not None and bill.minimum > 0


def _minimum_in_time(bill: DueBill) -> bool:
    return _asks_minimum(bill) and bill.paid_in_time >= (bill.minimum or 0.0) - HALF_A_FEN


def _nth(known: KnownRows, k: int) -> DueBill | None:
    bills = due_bills(known, k)
    return bills[k - 1] if len(bills) == k else None


def _ratio(k: int) -> Figure:
    def figure(known: KnownRows) -> float | None:
        bill = _nth(known, k)
        paid = None if bill is None or bill.asked is None else share(bill.paid, bill.asked)
        return None if paid is None else min(paid, MOST)

    return figure


def _carried(k: int) -> Figure:
    def figure(known: KnownRows) -> float | None:
        bill = _nth(known, k)
        if bill is None or bill.asked is None:
            return None
        return over_limit(known, max(0.0, bill.asked - bill.paid))

    return figure


def _number(n: int, test: Test) -> Figure:
    return lambda known: float(sum(test(bill) for bill in due_bills(known, n)))


def _share(n: int, test: Test, counted: Test) -> Figure:
    def figure(known: KnownRows) -> float | None:
        bills = [bill for bill in due_bills(known, n) if counted(bill)]
        return share(sum(test(bill) for bill in bills), len(bills))

    return figure


def _together(n: int) -> Figure:
    def figure(known: KnownRows) -> float | None:
        bills = [bill for bill in due_bills(known, n) if bill.asked is not None]
        paid = share(sum(bill.paid for bill in bills), sum(bill.asked or 0.0 for bill in bills))
        return None if paid is None else min(paid, MOST)

    return figure


def _late(n: int) -> Figure:
    def figure(known: KnownRows) -> float | None:
        return float(sum(bill.days_early(row) < 0 for bill in due_bills(known, n) for row in bill.payments))

    return figure


def _late_share(known: KnownRows) -> float | None:
    early = [bill.days_early(row) for bill in due_bills(known, 24) for row in bill.payments]
    return share(sum(days < 0 for days in early), len(early))


def _days_early(known: KnownRows) -> float | None:
    return mean([bill.days_early(row) for bill in due_bills(known, 6) for row in bill.payments])


def _unmet(bill: DueBill) -> float:
    return max(0.0, (bill.minimum or 0.0) - bill.paid)


def _overdue(known: KnownRows) -> float | None:
    """Unpaid of the minimum; a bill within three days after its due day does not count yet."""
    bills = due_bills(known, 2)
    if not bills:
        return 0.0
    if known.as_of - bills[0].passed_at > 3 * DAY:
        return _unmet(bills[0])
    return min(_unmet(bills[0]), _unmet(bills[1]) if len(bills) > 1 else 0.0)


def _sum(n: int) -> Figure:
    def figure(known: KnownRows) -> float | None:
        return float(sum(row["amount_cny"] for row in last_days(known, "repayments", "paid_at", n)))

    return figure


def _since(known: KnownRows) -> float | None:
    rows = known.happened("repayments")
    return age(known, rows[-1]["paid_at"], DAY) if rows else None


FIGURES: dict[str, Figure] = {
    **{f"payment_ratio_m{k}": _ratio(k) for k in range(1, 6)},
    **{f"carried_m{k}": _carried(k) for k in range(1, 6)},
    "full_payments_5m": _number(5, _paid_off),
    "unpaid_bills_6m": _number(6, _not_paid_off),
    "due_share_3m": _share(3, _paid_off, _asks),
    "due_share_12m": _share(12, _paid_off, _asks),
    "due_in_time_share_6m": _share(6, _paid_off_in_time, _asks),
    "minimum_in_time_share_6m": _share(6, _minimum_in_time, _asks_minimum),
    "minimum_in_time_share_12m": _share(12, _minimum_in_time, _asks_minimum),
    "paid_to_billed_6m": _together(6),
    "paid_to_billed_12m": _together(12),
    "minimum_in_time_share_24m": _share(24, _minimum_in_time, _asks_minimum),
    "late_payments_6m": _late(6),
    "late_payments_12m": _late(12),
    "late_share_24m": _late_share,
    "days_early_avg_6m": _days_early,
    "overdue_now_cny": _overdue,
    "paid_sum_3m": _sum(90),
    "paid_sum_6m": _sum(180),
    "payments_6m": lambda known: float(len(last_days(known, "repayments", "paid_at", 180))),
    "days_since_payment": _since,
}
