"""JD Finance's 2017 contest tables (金条 cash loans, August to November 2016) as contract tables.

- Money is published as log base 5 of (yuan + 1): `decode` gives yuan, rounded to the fen.
- A cash loan becomes an order on credit, the nearest table of the contract: `orders` with `on_credit`, the
  category `cash_loan` and its number of instalments. There are no goods and no returns.
- `limit` in t_user is the limit at activation. Later limits are not published, and 6.7 % of single loans
  exceed the initial one, so the `limit_changes` table is absent, not empty.
- Age is a band: `birth_year` is 2016 less its lower end. Age and sex go to `demographics`, which no feature
  reads.
- t_loan_sum, the contest's own November sums, becomes no table: it is used to check the decoding.
- There is no default label: the set is used for loan demand and utilisation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from features.adapters.prepared import existing, write_tables
from features.adapters.source import Publication, sha256
from features.errors import DataError
from features.tables import TableStore

NAME = "jd_loan_demand"
PUBLICATION = Publication(
    NAME,
    "loan demand forecasting: t_user.csv, t_loan.csv, t_loan_sum.csv",
    "JD Finance's global data exploration contest of 2017 (京东金融全球数据探索者大赛，信贷需求预测)",
    "contest data without a licence: for your own study, never to be passed on",
)
FILES = ("t_user.csv", "t_loan.csv", "t_loan_sum.csv")
COLUMNS = {
    "t_user.csv": ("uid", "age", "sex", "active_date", "limit"),
    "t_loan.csv": ("uid", "loan_time", "loan_amount", "plannum"),
    "t_loan_sum.csv": ("uid", "month", "loan_sum"),
}
N_BUCKETS = 8
RULES = "1"
YEAR = 2016
MAX_GAP_YUAN = 0.01
MOMENT = pl.Datetime("us")


@dataclass(frozen=True)
class LoanBook:
    """The contest's users and loans.

    Attributes:
        store: contract tables `accounts`, `demographics`, `orders`.
        notes: properties of the files and how each was treated, one sentence each.
    """

    store: TableStore
    notes: tuple[str, ...]


def prepare() -> LoanBook:
    """Reads the published files, checks the decoding against the contest's sums, writes the tables once.

    Raises:
        DataError: a file is missing or lacks columns, or the decoded loans differ from the published sums.
    """
    found = {name: PUBLICATION.file(name) for name in FILES}
    raw = {name: _read(path) for name, path in found.items()}
    frames = tables(raw["t_user.csv"], raw["t_loan.csv"])
    gap = max_gap_to_sums(frames["orders"], raw["t_loan_sum.csv"])
    if gap > MAX_GAP_YUAN:
        raise DataError(
            f"{NAME}: decoded loans differ from t_loan_sum.csv by up to {gap:.2f} yuan; the files are not of "
            "one release, or amounts are not log5(yuan + 1): fetch all files of the same release"
        )
    origin = _origin(found)
    store = existing(NAME, origin) or write_tables(NAME, frames, origin, n_buckets=N_BUCKETS)
    return LoanBook(store, notes(frames, gap))


def decode(column: str) -> pl.Expr:
    """Yuan from log base 5 of (yuan + 1), rounded to the fen: the ten digits of the files suffice."""
    return (pl.lit(5.0).pow(pl.col(column)) - 1.0).round(2)


def tables(users: pl.DataFrame, loans: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The contract tables of users and loans.

    Raises:
        DataError: a loan has no user, or a user is repeated.
    """
    unknown = loans.join(users, on="uid", how="anti")
    if unknown.height:
        raise DataError(
            f"t_loan.csv: {unknown.height} loans of users not in t_user.csv, first {unknown.row(0)}"
        )
    if users["uid"].n_unique() < users.height:
        raise DataError("t_user.csv: column uid repeats; there must be one row a user")
    return {"accounts": _accounts(users), "demographics": _demographics(users), "orders": _orders(loans)}


def _accounts(users: pl.DataFrame) -> pl.DataFrame:
    return users.select(
        account_id="uid",
        known_at=pl.col("active_date").cast(MOMENT),
        opened_on="active_date",
        initial_limit_cny=decode("limit"),
    )


def _demographics(users: pl.DataFrame) -> pl.DataFrame:
    return users.select(
        account_id="uid",
        known_at=pl.col("active_date").cast(MOMENT),
        sex="sex",
        birth_year=(YEAR - pl.col("age")).cast(pl.Int32),
        education=pl.lit(None, dtype=pl.String),
        marital_status=pl.lit(None, dtype=pl.String),
    )


def _orders(loans: pl.DataFrame) -> pl.DataFrame:
    return loans.select(
        account_id="uid",
        known_at="loan_time",
        placed_at="loan_time",
        amount_cny=decode("loan_amount"),
        category=pl.lit("cash_loan"),
        on_credit=pl.lit(True),
        instalments=pl.col("plannum").cast(pl.Int32),
        returned_at=pl.lit(None, dtype=MOMENT),
    )


def max_gap_to_sums(orders: pl.DataFrame, sums: pl.DataFrame) -> float:
    """Largest difference, in yuan, between the decoded loans of a user and month and their published sum."""
    spent = orders.group_by("account_id", month=pl.col("placed_at").dt.strftime("%Y-%m")).agg(
        pl.col("amount_cny").sum()
    )
    published = sums.select("month", account_id="uid", published=decode("loan_sum"))
    both = spent.filter(pl.col("month").is_in(published["month"].unique().implode())).join(
        published, on=["account_id", "month"], how="full", coalesce=True
    )
    gap = (pl.col("amount_cny").fill_null(0.0) - pl.col("published").fill_null(0.0)).abs().max()
    return float(both.select(gap.fill_null(0.0)).item())


def notes(frames: Mapping[str, pl.DataFrame], gap: float) -> tuple[str, ...]:
    """Properties of the files, with counts."""
    orders, accounts = frames["orders"], frames["accounts"]
    limits = accounts.select("account_id", "initial_limit_cny")
    above = (
        orders.join(limits, on="account_id").filter(pl.col("amount_cny") > pl.col("initial_limit_cny")).height
    )
    levels = sorted(accounts["initial_limit_cny"].unique())
    return (
        f"decoded loans agree with the published monthly sums to {gap:.4f} yuan",
        f"initial limits are {', '.join(f'{level:,.0f}' for level in levels)} yuan",
        f"{above / max(orders.height, 1):.1%} of loans exceed the initial limit: later ones are unpublished",
        "age is a band, its lower end gives the year of birth; age and sex are demographics, not features",
    )


def _read(path: Path) -> pl.DataFrame:
    name = path.name
    try:
        frame = pl.read_csv(
            path, try_parse_dates=True, schema_overrides={"sex": pl.String, "month": pl.String}
        )
    except pl.exceptions.PolarsError as error:
        raise DataError(f"{name} is not a CSV file: {str(error).partition(chr(10))[0]}") from error
    missing = [column for column in COLUMNS[name] if column not in frame.columns]
    if missing:
        raise DataError(f"{name} lacks the columns {missing}; it has {frame.columns}")
    return frame.select(COLUMNS[name])


def _origin(found: Mapping[str, Path]) -> dict[str, str]:
    hashes = {f"sha256_{name}": sha256(path) for name, path in found.items()}
    about = {"publisher": PUBLICATION.publisher, "terms": PUBLICATION.terms, "adapter_rules": RULES}
    return {**hashes, **about}
