"""The central-bank credit bureau (央行征信): what other lenders report of a person."""

from types import MappingProxyType

import dataframely as dy

from features.sources.columns import account_id, amount, known_at, moment
from features.sources.linked import Condition, IntegerEncoding, LinkedSource, Text, ThemeWording, ViewColumn
from features.spec import Theme

KEY = "bureau"


class BureauReports(dy.Schema):
    """A central-bank bureau (央行征信) pull: what other lenders report."""

    account_id = account_id()
    known_at = known_at()
    reported_at = moment("when the bureau made the report")
    n_accounts = dy.Int32(min=0, description="open credit accounts elsewhere")
    n_lenders = dy.Int32(min=0, description="distinct lenders elsewhere")
    total_limit_cny = amount("sum of limits elsewhere", min=0)
    total_balance_cny = amount("sum of balances elsewhere", min=0)
    monthly_payment_cny = amount("sum of monthly payments elsewhere", min=0)
    max_dpd_24m = dy.Int32(min=0, description="worst days past due elsewhere in 24 months")
    n_overdue_24m = dy.Int32(min=0, description="months overdue elsewhere in 24 months")
    inquiries_3m = dy.Int32(min=0, description="credit inquiries in 3 months")
    inquiries_12m = dy.Int32(min=0, description="credit inquiries in 12 months")
    new_accounts_12m = dy.Int32(min=0, description="accounts opened elsewhere in 12 months")
    oldest_account_months = dy.Int32(min=0, description="age of the oldest account elsewhere, months")


COUNTS = (
    "n_accounts",
    "n_lenders",
    "max_dpd_24m",
    "n_overdue_24m",
    "inquiries_3m",
    "inquiries_12m",
    "new_accounts_12m",
    "oldest_account_months",
)
AMOUNTS = ("total_limit", "total_balance", "monthly_payment")

OTHER_DEBT = ThemeWording(
    against=Text("其他机构借贷高于一般水平", "Your borrowing elsewhere exceeds the usual"),
    favourable=Text("其他机构借贷低于一般水平", "Your borrowing elsewhere is below the usual"),
    absent=Text("征信报告中没有负债信息", "Your credit report says nothing of debt with other lenders"),
)
INQUIRIES = ThemeWording(
    against=Text("近期信贷申请多于一般水平", "Your recent credit applications exceed the usual"),
    favourable=Text("近期信贷申请少于一般水平", "Your recent credit applications are below the usual"),
    absent=Text("征信报告中没有查询记录信息", "Your credit report says nothing of recent applications"),
)
RECORD = ThemeWording(
    against=Text("征信记录弱于一般水平", "Your record with other lenders compares unfavourably"),
    favourable=Text("征信记录好于一般水平", "Your record with other lenders compares favourably"),
    absent=Text(
        "征信报告中没有还款记录信息", "Your credit report says nothing of repayment with other lenders"
    ),
)
CONDITIONS = (
    Condition("total_balance_cny", "cny", Text("负债余额不超过{value}", "a debt of at most {value}")),
    Condition(
        "inquiries_3m",
        "",
        Text("近3个月查询不超过{value}次", "at most {value} inquiries in 3 months"),
        zero=Text("近3个月无查询", "no inquiry in 3 months"),
        one=Text("近3个月查询不超过1次", "at most 1 inquiry in 3 months"),
    ),
    Condition(
        "max_dpd_24m",
        "",
        Text("近24个月逾期不超过{value}天", "at most {value} days overdue in 24 months"),
        zero=Text("近24个月无逾期", "nothing overdue in 24 months"),
    ),
)

SOURCE = LinkedSource(
    key=KEY,
    code="S01",
    table="bureau_reports",
    schema=BureauReports,
    event="reported_at",
    zh="征信报告",
    en="credit bureau report",
    unlinked=Text(
        "未获得征信授权或报告，无法了解您在其他机构的信贷情况；授权查询征信后可一并评估",
        "We hold no credit report with your consent, so your credit elsewhere is unknown; link your credit "
        "report to have it counted",
    ),
    linked=Text(
        "您已授权查询征信，但尚未取得征信报告", "You linked your credit report, but none has reached us yet"
    ),
    view=(
        *(ViewColumn(name, name, IntegerEncoding.WHOLE) for name in COUNTS),
        *(ViewColumn(name, f"{name}_cny", IntegerEncoding.FEN) for name in AMOUNTS),
    ),
    themes=(
        Theme("other_debt", "R09", KEY, True, "其他机构负债", "debt with other lenders"),
        Theme("inquiries", "R10", KEY, True, "近期信贷申请", "recent credit applications"),
        Theme("bureau_record", "R11", KEY, False, "征信记录", "credit record with other lenders"),
    ),
    wording=MappingProxyType({"other_debt": OTHER_DEBT, "inquiries": INQUIRIES, "bureau_record": RECORD}),
    profile=MappingProxyType(
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
    conditions=CONDITIONS,
)
