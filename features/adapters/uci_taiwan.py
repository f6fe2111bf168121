"""UCI “Default of Credit Card Clients” (Taiwan, April to September 2005) as contract tables.

The file has one row a client with six monthly snapshots, the newest first: PAY_0, BILL_AMT1, PAY_AMT1 are
September 2005, PAY_2, BILL_AMT2, PAY_AMT2 August, and so on back to April (there is no PAY_1). It gives
months, not days, so every fact is dated to the last day of its month and known then; the outcome is the
payment due in October 2005, observed from the first moment of that month.

- PAY is the status of a month: −2 no consumption, −1 paid in full, 0 revolving, n ≥ 1 months past due.
  The order of the codes is not that of risk, so they become `account_state` and `days_past_due` = 30 · n.
- PAY_AMTk is paid in month k against the bill of the month before, which is due by the end of month k; a
  payment of 0 is no payment, and no row. The payment of April is for the bill of March, which the file does
  not contain. So on 1 October the bills of April to August are past their due day, that of September is not.
- The file names no instalment plan and no minimum: what is due of a bill is the whole of it, 0 where the
  client has a credit balance.
- Amounts are New Taiwan dollars. The contract is in CNY, so they are converted at one rate, `CNY_PER_TWD`;
  one common factor changes no ratio and no order.
- The file does not say when accounts were opened. `opened_on` is the first day it covers, the same for all:
  accounts were open by then. The limit given is used as the initial one.
"""

from datetime import date, datetime

import polars as pl

from features.adapters.prepared import Prepared, existing, write_tables
from features.adapters.source import Publication, sha256
from features.errors import DataError

NAME = "uci_taiwan"
FILE = "UCI_Credit_Card.csv"
PUBLICATION = Publication(
    NAME,
    "Default of Credit Card Clients",
    f"the UCI Machine Learning Repository (data set 350, I-C. Yeh 2016; as one CSV file named {FILE})",
    "CC BY 4.0",
)
LABEL = "the payment due in October 2005 was not made (default.payment.next.month = 1)"
TARGET = "default.payment.next.month"
N_BUCKETS = 8
RULES = "2"

CNY_PER_TWD = 8.0920 / 33.180
"""Noon buying rates of 30 September 2005, CNY and TWD per US dollar (Federal Reserve, release H.10)."""

AS_OF = datetime(2005, 10, 1)
COVERED_FROM = date(2005, 4, 1)
MONTH_ENDS = (
    date(2005, 9, 30),
    date(2005, 8, 31),
    date(2005, 7, 31),
    date(2005, 6, 30),
    date(2005, 5, 31),
    date(2005, 4, 30),
    date(2005, 3, 31),
)
"""Newest first, as in the file; the last is the bill of March, to which the payment of April belongs."""

STATES = {-2: "no_use", -1: "paid_in_full", 0: "revolving"}
EDUCATION = {1: "graduate school", 2: "university", 3: "high school", 4: "others"}
MARRIAGE = {1: "married", 2: "single", 3: "others"}
SEX = {1: "male", 2: "female"}

PAY = ("PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6")
BILLS = tuple(f"BILL_AMT{k}" for k in range(1, 7))
PAID = tuple(f"PAY_AMT{k}" for k in range(1, 7))
COLUMNS = ("ID", "LIMIT_BAL", "SEX", "EDUCATION", "MARRIAGE", "AGE", *PAY, *BILLS, *PAID, TARGET)


def prepare() -> Prepared:
    """Reads the published file, writes the tables once, and gives the outcomes in the order of the file.

    Raises:
        DataError: the file is missing or differs from its documentation.
    """
    path = PUBLICATION.file(FILE)
    wide = read(path.read_bytes())
    origin = {
        "file": FILE,
        "sha256": sha256(path),
        "publisher": PUBLICATION.publisher,
        "terms": PUBLICATION.terms,
        "cny_per_twd": f"{CNY_PER_TWD:.6f}",
        "adapter_rules": RULES,
    }
    store = existing(NAME, origin) or write_tables(NAME, tables(wide), origin, n_buckets=N_BUCKETS)
    return Prepared(store, outcomes(wide), LABEL, notes(wide))


def read(content: bytes) -> pl.DataFrame:
    """The wide file as whole numbers, checked against its publisher's documentation.

    Raises:
        DataError: the file lacks columns, or holds values that are not documented.
    """
    try:
        wide = pl.read_csv(content, infer_schema_length=None)
    except pl.exceptions.PolarsError as error:
        raise DataError(f"{FILE} is not a CSV file: {str(error).partition(chr(10))[0]}") from error
    missing = [name for name in COLUMNS if name not in wide.columns]
    if missing:
        raise DataError(f"{FILE} lacks the columns {missing}; it has {wide.columns}")
    whole = wide.select(COLUMNS).cast(pl.Int64, strict=False)
    for name in COLUMNS:
        if whole[name].null_count():
            raise DataError(
                f"{FILE}: column {name} has {whole[name].null_count()} values that are not whole numbers"
            )
    _documented(whole)
    return whole


def _documented(wide: pl.DataFrame) -> None:
    expected = {**dict.fromkeys(PAY, range(-2, 10)), "SEX": SEX, "EDUCATION": range(7), "MARRIAGE": range(4)}
    for name, known in {**expected, TARGET: range(2)}.items():
        strange = sorted(set(wide[name].unique()) - set(known))
        if strange:
            raise DataError(f"{FILE}: column {name} holds {strange[:5]}, expected {list(known)}")
    if wide["ID"].n_unique() < wide.height:
        raise DataError(f"{FILE}: column ID repeats; there must be one row a client")


def tables(wide: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The contract tables of the wide file."""
    return {
        "accounts": _accounts(wide),
        "demographics": _demographics(wide),
        "statements": pl.concat(_statements(wide, month) for month in range(6)),
        "repayments": pl.concat(_repayments(wide, month) for month in range(6)),
        "delinquency": pl.concat(_delinquency(wide, month) for month in range(6)),
    }


def outcomes(wide: pl.DataFrame) -> pl.DataFrame:
    """`account_id`, `as_of`, `bad` in the order of the file."""
    return wide.select(
        account_id="ID", as_of=pl.lit(AS_OF, dtype=pl.Datetime("us")), bad=pl.col(TARGET).cast(pl.Int8)
    )


def _accounts(wide: pl.DataFrame) -> pl.DataFrame:
    return wide.select(
        account_id="ID",
        known_at=_moment(COVERED_FROM),
        opened_on=pl.lit(COVERED_FROM),
        initial_limit_cny=_cny("LIMIT_BAL"),
    )


def _demographics(wide: pl.DataFrame) -> pl.DataFrame:
    """Documented codes as labels; EDUCATION 0, 5, 6 and MARRIAGE 0 are undocumented and become null."""
    return wide.select(
        account_id="ID",
        known_at=_moment(COVERED_FROM),
        sex=_label("SEX", SEX),
        birth_year=(2005 - pl.col("AGE")).cast(pl.Int32),
        education=_label("EDUCATION", EDUCATION),
        marital_status=_label("MARRIAGE", MARRIAGE),
    )


def _statements(wide: pl.DataFrame, month: int) -> pl.DataFrame:
    """Bills of one month: zero bills are kept, negative ones are credit balances of the client."""
    due = AS_OF.date().replace(day=31) if month == 0 else MONTH_ENDS[month - 1]
    return wide.select(
        account_id="ID",
        known_at=_moment(MONTH_ENDS[month]),
        statement_on=pl.lit(MONTH_ENDS[month]),
        due_on=pl.lit(due),
        balance_cny=_cny(BILLS[month]),
        minimum_due_cny=pl.lit(None, dtype=pl.Float64),
        due_cny=_cny(BILLS[month]).clip(lower_bound=0.0),
    )


def _repayments(wide: pl.DataFrame, month: int) -> pl.DataFrame:
    paid = PAID[month]
    return wide.filter(pl.col(paid) > 0).select(
        account_id="ID",
        known_at=_moment(MONTH_ENDS[month]),
        paid_at=_moment(MONTH_ENDS[month]),
        amount_cny=_cny(paid),
        statement_on=pl.lit(MONTH_ENDS[month + 1]),
    )


def _delinquency(wide: pl.DataFrame, month: int) -> pl.DataFrame:
    code = pl.col(PAY[month])
    return wide.select(
        account_id="ID",
        known_at=_moment(MONTH_ENDS[month]),
        month_end=pl.lit(MONTH_ENDS[month]),
        days_past_due=(30 * code.clip(lower_bound=0)).cast(pl.Int32),
        account_state=code.replace_strict(STATES, default="past_due", return_dtype=pl.String),
    )


def notes(wide: pl.DataFrame) -> tuple[str, ...]:
    """Irregularities of the file and how each was treated, with counts."""
    bills = wide.select(BILLS)
    zero = wide.filter(pl.all_horizontal(pl.col(BILLS) == 0))
    zero_bad = zero[TARGET].sum() / max(zero.height, 1)
    paid, own = _paid_in_full(wide, 1), _paid_in_full(wide, 0)
    odd = [_outside(wide, "EDUCATION", EDUCATION), _outside(wide, "MARRIAGE", MARRIAGE)]
    twins = wide.height - wide.drop("ID").unique().height
    late = [int((wide[name] == 1).sum()) for name in PAY]
    return (
        f"{twins} rows repeat another in every column but ID: kept, two clients may be equal",
        f"{zero.height} clients had no bill in six months, {zero_bad:.1%} of them bad: kept",
        f"{int((bills < 0).sum_horizontal().sum())} bills are negative: credit balances of the client",
        f"{_over(wide)} of {bills.height * 6} bills are above the limit: kept",
        f"{paid} bills were paid to the dollar a month later, {own} in their own month: so payments settle"
        " the bill of the month before",
        "no instalment plan and no minimum is published: a bill is due as a whole",
        f"PAY = 1 occurs {late[0]} times in September and {sum(late[1:])} times before: 30 days each",
        f"{odd[0]} EDUCATION and {odd[1]} MARRIAGE codes are undocumented: null",
    )


def _over(wide: pl.DataFrame) -> int:
    return int(wide.select(pl.sum_horizontal(pl.col(BILLS) > pl.col("LIMIT_BAL")).sum()).item())


def _paid_in_full(wide: pl.DataFrame, months_later: int) -> int:
    """Bills of April to August whose amount is exactly that paid so many months later."""
    pairs = zip(BILLS[1:], PAID[1 - months_later :], strict=False)
    return sum(int(((wide[bill] > 0) & (wide[bill] == wide[paid])).sum()) for bill, paid in pairs)


def _outside(wide: pl.DataFrame, column: str, known: dict[int, str]) -> int:
    return int((~wide[column].is_in(list(known))).sum())


def _cny(column: str) -> pl.Expr:
    return pl.col(column) * CNY_PER_TWD


def _moment(day: date) -> pl.Expr:
    return pl.lit(datetime(day.year, day.month, day.day), dtype=pl.Datetime("us"))


def _label(column: str, labels: dict[int, str]) -> pl.Expr:
    return pl.col(column).replace_strict(labels, default=None, return_dtype=pl.String)
