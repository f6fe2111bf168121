"""What a lever may change in a projection: arrays over n plans, changed in place.

Every method of a lever gets `at` (p,), the indices of the plans that contain it, and `size` (p,), its size in
each of them; it changes these rows and no others.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from features.arrays import Bools, Floats, Ints


@dataclass
class PaymentCycle:
    """Payments and charges of one projected cycle, from a bill to the next; each array (n,), CNY.

    Attributes:
        balance: of the bill that is to be paid, less what was paid.
        due: what is left to pay of it for nothing to be carried on; instalments that fall due later are not.
        charged: what the cycle adds to the next bill.
        paid: what is paid against the bill.
        affordable: the most that can be paid of it.
        cash: charges paid in cash instead of on credit.
    """

    balance: Floats
    due: Floats
    charged: Floats
    paid: Floats
    affordable: Floats
    cash: Floats


@dataclass
class ProjectedOrders:
    """r projected orders over k cycles under n plans.

    Attributes:
        cycle: (r,) projected cycle, 0 = the one in progress.
        credit_before: (r,) credit of the same cycle taken by larger orders, CNY.
        cash: (n, k) charges of the cycle paid in cash instead, CNY.
        on_credit: (n, r) whether the order takes credit.
        instalments: (n, r) instalments of an order on credit.
    """

    cycle: Ints
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
