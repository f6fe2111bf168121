"""The bill that is to be paid, under n plans, and the one that follows it."""

from dataclasses import dataclass

import numpy as np

from features.arrays import Floats
from serving.advice.account import Bills


@dataclass
class OpenBill:
    """The bill that is to be paid, under n plans; each array (n,), CNY.

    Attributes:
        balance: of the bill.
        due: what it asks for, NaN where the lender does not state it.
        minimum: its minimum, NaN where the lender has none.
        paid: paid of it so far.
    """

    balance: Floats
    due: Floats
    minimum: Floats
    paid: Floats

    @property
    def to_pay(self) -> Floats:
        """(n,) what is left to pay for nothing to be carried on."""
        asked = np.where(np.isnan(self.due), np.maximum(self.balance, 0.0), self.due)
        return np.maximum(asked - self.paid, 0.0)

    def least(self, unstated_share: float) -> Floats:
        """What is left of the minimum; a share of the bill where there is none."""
        stated = np.minimum(self.minimum - self.paid, self.to_pay)
        return np.maximum(np.where(np.isnan(stated), unstated_share * self.to_pay, stated), 0.0)


def open_bill(bills: Bills, n: int) -> OpenBill:
    """The last bill issued, with what was paid since."""
    values = (bills.balance[-1], bills.due[-1], bills.minimum[-1], bills.paid_of_last)
    return OpenBill(*(np.full(n, float(value)) for value in values))


def next_bill(  # noqa: PLR0917
    bill: OpenBill, paid: Floats, charged: Floats, started: Floats, falls: Floats, rate: float
) -> OpenBill:
    """The bill after this one.

    Args:
        bill: this one.
        paid: (n,) paid of it in the cycle.
        charged: (n,) charged in the cycle.
        started: (n,) of that, in instalment plans.
        falls: (n,) instalments that fall due with the next bill.
        rate: minimum as a share of what is left of `due` without arrears and instalments.
    """
    total = bill.paid + paid
    balance = fen(bill.balance - total + charged)
    carried = bill.due - total
    due = fen(np.clip(carried + charged - started + falls, 0.0, np.maximum(balance, 0.0)))
    whole = np.where(np.isnan(due), np.maximum(balance, 0.0), due)
    unmet = np.maximum(bill.minimum - total, 0.0)
    fixed = np.minimum(unmet + falls, whole)
    return OpenBill(balance, due, fen(fixed + rate * (whole - fixed)), np.zeros(len(balance)))


def fen(cny: Floats) -> Floats:
    """Rounded to the fen."""
    return np.round(cny, 2)
