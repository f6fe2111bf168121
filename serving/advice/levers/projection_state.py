"""What a lever may change in a projection: arrays over n plans, changed in place.

Every method of a lever gets `at` (p,), the indices of the plans that contain it, and `size` (p,), its size in
each of them; it changes these rows and no others.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from features.arrays import Bools, Floats, Ints


@dataclass
class PaymentMonth:
    """Payments and charges of one projected month, each array (n,), CNY.

    Attributes:
        due: balance of the bill before, 0 where the lender owes the customer.
        charged: what the month adds to the bill.
        paid: what is paid against the bill before.
        affordable: the most that can be paid of it.
        cash: charges paid in cash instead of on credit.
    """

    due: Floats
    charged: Floats
    paid: Floats
    affordable: Floats
    cash: Floats


@dataclass
class ProjectedOrders:
    """r projected orders over k months under n plans.

    Attributes:
        month: (r,) projected month, 0 = the first.
        credit_before: (r,) credit of the same month taken by larger orders, CNY.
        cash: (n, k) charges of the month paid in cash instead, CNY.
        on_credit: (n, r) whether the order takes credit.
        instalments: (n, r) instalments of an order on credit.
    """

    month: Ints
    credit_before: Floats
    cash: Floats
    on_credit: Bools
    instalments: Ints


@dataclass
class ProjectedReports:
    """r projected bureau reports under n plans.

    Attributes:
        last: row of the last known report.
        months: (r,) whole months since the moment of advice.
        columns: (n, r) by name, every column that levers may change; as in the last report at first.
    """

    last: Mapping[str, float]
    months: Floats
    columns: Mapping[str, Floats]
