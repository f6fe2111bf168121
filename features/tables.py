"""Contract tables in memory and on disk.

On disk: `<root>/<table>/bucket=<b>/part-0.parquet` for account tables, `<root>/<table>/part-0.parquet` for
shared ones, and `<root>/dataset.json`. Rows of a bucket are sorted by account and then by knowledge date.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

import polars as pl

from features import paths
from features.buckets import bucket_of
from features.contract.check import ROW, Checked, check, empty
from features.contract.registry import ACCOUNT_TABLES, SHARED_TABLES, TABLES
from features.errors import DataError
from features.feeds import Feeds, completeness, read_moment


@dataclass(frozen=True)
class Tables:
    """Some accounts' rows of every table, plus the shared tables. An absent table reads as empty."""

    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pl.DataFrame:
        frame = self.frames.get(name)
        return empty(TABLES[name].schema) if frame is None else frame

    def only(self, accounts: Sequence[int]) -> "Tables":
        """The rows of some accounts, and the shared rows."""
        return self.replace(
            **{
                name: frame.filter(pl.col("account_id").is_in(accounts))
                for name, frame in self.frames.items()
                if not TABLES[name].shared
            }
        )

    def replace(self, **frames: pl.DataFrame) -> "Tables":
        """The same tables with some frames replaced."""
        return Tables({**self.frames, **frames})


@dataclass(frozen=True)
class DatasetInfo:
    """The description of a data set, `dataset.json`.

    Attributes:
        name: data set name.
        n_buckets: number of buckets.
        tables: tables present; others are absent.
        rows: rows by table.
        set_aside: rows quarantined by table.
        origin: where the data came from, with the SHA-256 of the files or the seed and settings.
        complete_until: by table, the moment (ISO 8601) before which every row that exists has arrived; a
            table that is not named is complete until the latest `known_at` of its rows.
        present: the moment (ISO 8601) that stands for now in a simulated or archived data set; empty is the
            wall clock.
    """

    name: str
    n_buckets: int
    tables: tuple[str, ...]
    rows: Mapping[str, int]
    set_aside: Mapping[str, int]
    origin: Mapping[str, str]
    complete_until: Mapping[str, str] = field(default_factory=dict)
    present: str = ""


@dataclass(frozen=True)
class TableStore:
    """A folder of contract tables."""

    root: Path

    @cached_property
    def info(self) -> DatasetInfo:
        """The data set's description, which is written last: without it the folder is incomplete.

        Raises:
            DataError: the folder holds no complete data set.
        """
        path = self.root / "dataset.json"
        if not path.exists():
            raise DataError(
                f"no data set at {self.root}: {path.name} is missing; make it first (`make help`)"
            )
        raw = json.loads(path.read_text())
        return DatasetInfo(**{**raw, "tables": tuple(raw["tables"])})

    def feeds(self) -> Feeds:
        """Until when each table is complete, as stated or by its rows, and what stands for now.

        Raises:
            DataError: the description holds something that is not a moment.
        """
        info = self.info
        present = read_moment(info.present, "present") if info.present else None
        stated = {t: read_moment(text, f"complete_until.{t}") for t, text in info.complete_until.items()}
        clock = datetime.now() if present is None else present
        return Feeds(completeness(self.root, info.tables, stated, clock), present)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the data set's description: origin hashes, buckets and row counts."""
        return hashlib.sha256((self.root / "dataset.json").read_bytes()).hexdigest()

    def buckets(self) -> range:
        """The bucket numbers."""
        return range(self.info.n_buckets)

    def read(self, bucket: int, tables: Iterable[str] = ACCOUNT_TABLES) -> Tables:
        """The rows of one bucket, and the shared tables."""
        frames = {name: self._frame(name, bucket) for name in tables if name in self.info.tables}
        return Tables({**frames, **self.shared})

    @cached_property
    def shared(self) -> dict[str, pl.DataFrame]:
        """The tables that belong to no account."""
        return {
            name: pl.read_parquet(shared_path(self.root, name), hive_partitioning=False)
            for name in SHARED_TABLES
            if name in self.info.tables
        }

    def _frame(self, name: str, bucket: int) -> pl.DataFrame:
        path = bucket_path(self.root, name, bucket)
        if not path.exists():
            return empty(TABLES[name].schema)
        return pl.read_parquet(path, hive_partitioning=False)


def bucket_path(root: Path, table: str, bucket: int) -> Path:
    """The file of one bucket of one table."""
    return root / table / f"bucket={bucket}" / "part-0.parquet"


def shared_path(root: Path, table: str) -> Path:
    """The file of a table that belongs to no account."""
    return root / table / "part-0.parquet"


def open_dataset(name: str) -> TableStore:
    """A complete data set under `var/data` by name.

    Raises:
        DataError: there is none of this name; the message lists those there are.
    """
    store = TableStore(paths.dataset(name))
    if not (store.root / "dataset.json").exists():
        there = sorted(
            path.parent.parent.name for path in store.root.parent.parent.glob("*/tables/dataset.json")
        )
        how = "portfolio" if name == "simulated" else f"load SOURCE=<folder of its tables> NAME={name}"
        raise DataError(
            f"no data set {name!r} at {store.root}: `make {how}` makes it; there are {there or 'none yet'}"
        )
    return store


@dataclass
class TableWriter:
    """Writes contract tables; every frame is checked, and bad rows go to `quarantine`.

    Attributes:
        root: folder of the data set.
        quarantine: folder for rows set aside, `<table>.parquet`.
        n_buckets: number of buckets.
        max_bad_share: share of a table's rows that may be set aside.
        few_bad: rows of a table that may be set aside whatever their share.
        present: rows from after this moment are set aside; None asks nothing, for data that is generated.
    """

    root: Path
    quarantine: Path
    n_buckets: int
    max_bad_share: float = 0.0
    few_bad: int = 0
    present: datetime | None = None

    def __post_init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._bad: dict[str, int] = {}

    def write(
        self, table: str, frame: pl.DataFrame, *, origin: str = "", files: Mapping[str, int] | None = None
    ) -> None:
        """Checks a whole table, then writes it bucket by bucket.

        Args:
            table: its name.
            frame: its rows.
            origin: where they came from, for messages.
            files: rows by file in the order of `frame`, so that a row set aside is listed with its file.
        """
        good = self._checked(table, frame, origin, files)
        if TABLES[table].shared:
            return _save(good, shared_path(self.root, table))
        tagged = good.with_columns(bucket_of(good["account_id"], self.n_buckets))
        for (bucket,), rows in tagged.group_by("bucket"):
            self._save_bucket(table, int(str(bucket)), rows.drop("bucket"))
        return None

    def write_bucket(self, table: str, bucket: int, frame: pl.DataFrame, *, origin: str = "") -> None:
        """Checks and writes the rows of one bucket."""
        self._save_bucket(table, bucket, self._checked(table, frame, origin, None))

    def finish(
        self,
        name: str,
        origin: Mapping[str, str],
        *,
        complete_until: Mapping[str, datetime] | None = None,
        present: datetime | None = None,
    ) -> TableStore:
        """Writes `dataset.json`, which makes the folder a complete data set.

        Args:
            name: of the data set.
            origin: where it came from.
            complete_until: by table, until when it is complete; see `DatasetInfo`.
            present: what stands for now; None is the wall clock.
        """
        tables = tuple(sorted(self._rows))
        ends = {table: moment.isoformat() for table, moment in (complete_until or {}).items()}
        shown = "" if present is None else present.isoformat()
        info = DatasetInfo(name, self.n_buckets, tables, self._rows, self._bad, dict(origin), ends, shown)
        (self.root / "dataset.json").write_text(json.dumps(asdict(info), indent=1, sort_keys=True))
        return TableStore(self.root)

    def _checked(
        self, table: str, frame: pl.DataFrame, origin: str, files: Mapping[str, int] | None
    ) -> pl.DataFrame:
        checked: Checked = check(
            frame,
            TABLES[table],
            max_bad_share=self.max_bad_share,
            few_bad=self.few_bad,
            origin=origin,
            present=self.present,
        )
        self._rows[table] = self._rows.get(table, 0) + checked.good.height
        self._bad[table] = self._bad.get(table, 0) + checked.bad.height
        if checked.bad.height:
            bad = checked.bad if files is None else _by_file(checked.bad, files)
            _save(bad, self.quarantine / table / f"{self._rows[table]:012d}.parquet")
        return checked.good

    def _save_bucket(self, table: str, bucket: int, rows: pl.DataFrame) -> None:
        keys = dict.fromkeys(["account_id", "known_at", TABLES[table].event])
        _save(rows.sort(list(keys), maintain_order=True), bucket_path(self.root, table, bucket))


def _by_file(bad: pl.DataFrame, files: Mapping[str, int]) -> pl.DataFrame:
    """Rows set aside with their `file`, and `row` counted within it."""
    ends = pl.Series("end", list(files.values()), dtype=pl.Int64).cum_sum()
    place = ends.search_sorted(bad[ROW].cast(pl.Int64), side="left")
    begins = ends - pl.Series(list(files.values()), dtype=pl.Int64)
    row = (bad[ROW].cast(pl.Int64) - begins.gather(place)).cast(pl.UInt32)
    return bad.with_columns(row.alias(ROW), pl.Series("file", list(files)).gather(place).alias("file"))


def _save(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path, compression="zstd")
