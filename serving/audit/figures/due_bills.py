"""Bills whose due day has passed, each with the payments made towards it."""

from dataclasses import dataclass
from datetime import datetime

from serving.audit.account_rows import KnownRows, Row, at
from serving.audit.figures.plain import DAY, by_event


@dataclass(frozen=True)
class DueBill:
    """A bill whose due day has passed.

    Attributes:
        bill: its row.
        payments: rows of the payments towards it that are known.
    """

    bill: Row
    payments: tuple[Row, ...]

    @property
    def asked(self) -> float | None:
        """What had to be paid by the due day for nothing to be carried on."""
        due = self.bill["due_cny"]
        return None if due is None else float(due)

    @property
    def minimum(self) -> float | None:
        """The least that had to be paid by the due day."""
        minimum = self.bill["minimum_due_cny"]
        return None if minimum is None else float(minimum)

    @property
    def paid(self) -> float:
        """All that was paid towards it by now."""
        return float(sum(row["amount_cny"] for row in self.payments))

    @property
    def paid_in_time(self) -> float:
        """What was paid towards it on the due day or before."""
        return float(sum(row["amount_cny"] for row in self.payments if self.days_early(row) >= 0))

    @property
    def passed_at(self) -> datetime:
        """The midnight at which the due day was over."""
        return at(self.bill["due_on"]) + DAY

    def days_early(self, payment: Row) -> int:
        """Days from a payment to the due day, negative for a late one."""
        days: int = (self.bill["due_on"] - payment["paid_at"].date()).days
        return days


def due_bills(known: KnownRows, n: int | None = None) -> list[DueBill]:
    """The n bills whose due day passed last, the newest first; all of them without a number.

    Of two bills due on the same day the one issued later is the newer.
    A bill counts as it was issued: what it asked for then is what could be paid by its due day.
    """
    bills = by_event(known.happened("statements"), "statement_on", corrected=False)
    payments = known.happened("repayments")
    paired = [DueBill(bill, tuple(row for row in payments if _towards(row, bill))) for bill in bills]
    over = [bill for bill in paired if bill.passed_at <= known.as_of]
    return sorted(over, key=lambda bill: (bill.passed_at, bill.bill["statement_on"]), reverse=True)[:n]


def _towards(payment: Row, bill: Row) -> bool:
    return bool(payment["statement_on"] == bill["statement_on"])
