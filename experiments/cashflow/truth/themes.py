"""The state behind each theme, set to the reference's, all else as it is.

One person's state lies behind several themes at times, and a theme's state acts through what it makes
possible (a wage pays rent, loans and the bill), so the changes are neither additive nor a partition.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from experiments.cashflow.layout import LOANS
from experiments.cashflow.truth.reference import ReferenceState
from experiments.cashflow.truth.snapshots import Snapshot
from features.arrays import Ints

Change = Callable[[Snapshot, ReferenceState], Snapshot]
HIDDEN = "hidden"


def _copied(observed: Snapshot, **people: float) -> Snapshot:
    """A copy whose records can be written, with some attributes of people replaced."""
    copy = replace(observed, state=observed.state.copy(), people=observed.people.copy())
    for name, value in people.items():
        copy.people[name] = value
    return copy


def repayment(observed: Snapshot, r: ReferenceState) -> Snapshot:
    """How bills are paid: memory, debit, days before the due day, the part that is paid."""
    return _copied(observed, forget=r.forget, autopay=r.autopay, lead=r.lead, part=r.part)


def delinquency(observed: Snapshot, _: ReferenceState) -> Snapshot:
    """Nothing overdue: it is taken off the balance and the open bill."""
    copy = _copied(observed)
    s = copy.state
    held = np.arange(s["owed"].shape[1]) < s["n_owed"][:, None]
    owed = np.minimum((s["owed"] * held).sum(axis=1), np.maximum(0.0, s["revolving"]))
    s["revolving"] -= owed
    s["bill_due"] = np.maximum(s["paid"], s["bill_due"] - owed)
    s["minimum"] = np.maximum(0.0, s["minimum"] - owed)
    s["n_owed"], s["late_fees"], s["written_off"] = 0, 0.0, 0
    return copy


def utilisation(observed: Snapshot, r: ReferenceState) -> Snapshot:
    """The balance without instalments, as a share of the limit; the open bill moves with it."""
    copy = _copied(observed)
    s = copy.state
    wanted = np.floor(100.0 * s["limit"] * r.revolving_limit)
    scale = np.clip(wanted / np.maximum(s["revolving"], 1.0), 0.0, None)
    for name in ("bill_due", "minimum", "paid"):
        s[name] = np.floor(s[name] * np.minimum(scale, 1.0))
    s["owed"] = np.floor(s["owed"] * np.minimum(scale, 1.0)[:, None])
    s["revolving"] = wanted
    return copy


def balance(observed: Snapshot, r: ReferenceState) -> Snapshot:
    """Instalments of later bills, as a share of the limit, in the person's own proportions or evenly."""
    copy = _copied(observed)
    s, months = copy.state, 6
    wanted, there = 100.0 * s["limit"] * r.instalments_limit, s["schedule"].sum(axis=1)
    scale = wanted / np.maximum(there, 1.0)
    even = np.zeros_like(s["schedule"])
    even[:, :months] = (wanted / months)[:, None]
    s["schedule"] = np.floor(np.where(there[:, None] > 0, s["schedule"] * scale[:, None], even))
    s["plan_fees"] = np.floor(s["plan_fees"] * np.where(there > 0, scale, 0.0)[:, None])
    return copy


def spending(observed: Snapshot, r: ReferenceState) -> Snapshot:
    """How much is bought on the platform, on credit, and whether an unused limit tempts."""
    return _copied(observed, orders=r.orders, ticket=r.ticket, credit_share=r.credit_share, pull=r.pull)


def returns(observed: Snapshot, r: ReferenceState) -> Snapshot:
    """The share of orders sent back."""
    return _copied(observed, returning=r.returning)


def limit_history(observed: Snapshot, r: ReferenceState) -> Snapshot:
    """The limit, in monthly wages."""
    copy = _copied(observed)
    copy.state["limit"] = np.round(r.limit_wage * copy.people["wage"], -2)
    return copy


def other_debt(observed: Snapshot, r: ReferenceState) -> Snapshot:
    """Loans elsewhere, in monthly wages: scaled, or one loan where there was none."""
    copy = _copied(observed)
    s, wage = copy.state, copy.people["wage"]
    there = s["loan_balance"].sum(axis=1)
    scale = np.where(there > 0, r.debt_wage * wage / np.maximum(there, 1.0), 1.0)
    for name in ("loan_balance", "loan_payment", "loan_owed"):
        s[name] *= scale[:, None]
    fresh = (there == 0) & (r.debt_wage > 0)
    s["loan_balance"][fresh, 0] = r.debt_wage * wage[fresh]
    s["loan_payment"][fresh, 0] = max(r.payments_wage, r.debt_wage / 24.0) * wage[fresh]
    s["loan_day"][fresh, 0] = 15
    return copy


def inquiries(observed: Snapshot, r: ReferenceState) -> Snapshot:
    """The readiness to borrow elsewhere."""
    return _copied(observed, seek=r.seek)


def bureau_record(observed: Snapshot, _: ReferenceState) -> Snapshot:
    """Nothing overdue elsewhere; what was overdue is no longer owed."""
    copy = _copied(observed)
    for k in range(LOANS):
        copy.state["loan_balance"][:, k] -= copy.state["loan_owed"][:, k]
        copy.state["loan_owed"][:, k] = 0.0
    return copy


def third_party(observed: Snapshot, r: ReferenceState) -> Snapshot:
    """Money at hand, and the habits of saving that keep it there, in monthly essentials."""
    copy = _copied(observed, spend_speed=r.spend_speed, foresight=r.foresight)
    copy.people["buffer"] = r.buffer_essentials * copy.people["essentials"]
    copy.state["cash"] = r.cash_essentials * copy.people["essentials"]
    return copy


def social_security(observed: Snapshot, r: ReferenceState) -> Snapshot:
    """Work and income: employed, of the usual kind, at the usual wage."""
    copy = _copied(observed, kind=r.kind, wage=r.wage)
    copy.state["level"] = 1.0
    idle = copy.state["employer"] < 0
    copy.state["employer"][idle] = _sound_employer(copy, copy.people["industry"])[idle]
    copy.state["employed"] = 1
    return copy


def employer(observed: Snapshot, r: ReferenceState) -> Snapshot:
    """Of those who work for one: a sound employer in the usual industry."""
    copy = _copied(observed)
    working = copy.state["employer"] >= 0
    copy.people["industry"][working] = r.industry
    copy.state["employer"][working] = _sound_employer(copy, copy.people["industry"])[working]
    return copy


def _sound_employer(observed: Snapshot, industry: Ints) -> Ints:
    """(n,) a firm of each industry that is never in distress; the first one where there is none."""
    w = observed.environment
    steady = w.distress.max(axis=1) == 0
    chosen = [
        first + int(np.argmax(steady[first : first + count]))
        for first, count in zip(w.first, w.firms, strict=True)
    ]
    return np.array(chosen)[industry]


def housing_fund(observed: Snapshot, r: ReferenceState) -> Snapshot:
    """The housing fund, and the rent that it leaves to be paid, as a share of the wage."""
    copy = _copied(observed, fund=r.fund)
    copy.people["rent"] = r.rent_wage * copy.people["wage"]
    return copy


def economy(observed: Snapshot, _: ReferenceState) -> Snapshot:
    """No stress in the year ahead."""
    w = observed.environment
    calm = w._replace(
        stress=np.zeros_like(w.stress),
        published=np.zeros_like(w.published),
        industry=np.zeros_like(w.industry),
    )
    return replace(observed, environment=calm)


def hidden(observed: Snapshot, r: ReferenceState) -> Snapshot:
    """What no source shows: illness, and the support of a family."""
    copy = _copied(observed)
    copy.people["family"] = r.family_wage * copy.people["wage"]
    copy.state["ill"] = 0
    return copy


CHANGES: Mapping[str, Change] = MappingProxyType(
    {
        "repayment": repayment,
        "delinquency": delinquency,
        "utilisation": utilisation,
        "balance": balance,
        "spending": spending,
        "returns": returns,
        "limit_history": limit_history,
        "other_debt": other_debt,
        "inquiries": inquiries,
        "bureau_record": bureau_record,
        "third_party": third_party,
        "social_security": social_security,
        "employer": employer,
        "housing_fund": housing_fund,
        "economy": economy,
        HIDDEN: hidden,
    }
)
"""By theme. A theme that is not among them (the length of the relationship) has no part in what happens."""
