"""What has to be paid besides the platform's bill: rent, loans elsewhere, family; and what is kept back."""

from typing import Any

from experiments.cashflow.kernels.compiling import njit
from experiments.cashflow.kernels.income import DAYS, days_to_income, days_until
from experiments.cashflow.layout import FAMILY, LOAN, LOANS, PLATFORM, RENT


@njit
def fall_due(s: Any, x: Any, t: Any, w: Any) -> Any:
    """Adds what falls due on this day to what is owed; returns whether anything did."""
    day, any_due = w.dom[t], False
    if day == x.rent_day and x.rent > 0.0:
        s.rent_owed, any_due = s.rent_owed + x.rent, True
    if day == x.family_day and x.family > 0.0:
        s.family_owed, any_due = x.family, True
    for k in range(LOANS):
        if s.loan_balance[k] > 0.0 and day == s.loan_day[k]:
            part = min(s.loan_payment[k], s.loan_balance[k] - s.loan_owed[k])
            s.loan_owed[k], any_due = s.loan_owed[k] + max(0.0, part), True
    return any_due


@njit
def bill_open(s: Any) -> Any:
    """What the person still means to pay towards the platform's bill, CNY; 0 where that is settled."""
    if s.bill_on < 0 or s.settled or s.written_off:
        return 0.0
    return max(0.0, s.bill_due - s.paid) / 100.0


@njit
def coming(s: Any, x: Any, t: Any, w: Any, days: Any, before: Any) -> Any:
    """Obligations owed now or falling due within `days`, of those that rank before `before`, CNY."""
    total = 0.0
    if x.rank[RENT] < before:
        total += s.rent_owed + (x.rent if days_until(x.rent_day, t, w) <= days else 0.0)
    if x.rank[FAMILY] < before:
        total += s.family_owed + (x.family if days_until(x.family_day, t, w) <= days else 0.0)
    if x.rank[LOAN] < before:
        for k in range(LOANS):
            if s.loan_balance[k] > 0.0:
                total += s.loan_owed[k]
                total += s.loan_payment[k] if days_until(s.loan_day[k], t, w) <= days else 0.0
    if x.rank[PLATFORM] < before and s.planned_on - t <= days:
        total += bill_open(s) * x.part
    return total


@njit
def kept_back(x: Any, p: Any, days: Any) -> Any:
    """Money kept for essentials of the next days, CNY."""
    return p.keep_essentials * x.essentials * days / DAYS


@njit
def free_for(s: Any, x: Any, t: Any, w: Any, p: Any, rank: Any) -> Any:
    """Money there is for the obligation at a place in the order of priority, CNY."""
    days = days_to_income(s, x, t, w, p)
    return s.cash - kept_back(x, p, days) - coming(s, x, t, w, days, rank)


@njit
def pay_rent(s: Any, free: Any) -> None:
    """Pays as much of the rent as there is."""
    paid = min(s.rent_owed, max(0.0, free))
    s.rent_owed, s.cash = s.rent_owed - paid, s.cash - paid


@njit
def pay_family(s: Any, free: Any) -> None:
    """Supports the family if there is enough, and lets it be otherwise."""
    if free >= s.family_owed:
        s.cash -= s.family_owed
    s.family_owed = 0.0


@njit
def pay_loans(s: Any, free: Any) -> None:
    """Pays whole instalments, loan after loan, as far as the money goes."""
    for k in range(LOANS):
        if s.loan_owed[k] > 0.0 and free >= s.loan_owed[k]:
            free -= s.loan_owed[k]
            s.cash -= s.loan_owed[k]
            s.loan_balance[k] = max(0.0, s.loan_balance[k] - s.loan_owed[k])
            s.loan_owed[k] = 0.0


@njit
def months_behind(s: Any) -> Any:
    """Most payments owed on one loan elsewhere."""
    worst = 0.0
    for k in range(LOANS):
        if s.loan_balance[k] > 0.0 and s.loan_payment[k] > 0.0:
            worst = max(worst, s.loan_owed[k] / s.loan_payment[k])
    return worst
