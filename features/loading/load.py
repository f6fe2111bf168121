"""`make load`: checks a lender's own tables against the contract and writes them bucket by bucket."""

import argparse
import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import polars as pl

from features import paths
from features.contract.check import FEW_BAD, with_every_column
from features.contract.registry import TABLES
from features.errors import ConfigError, ContractError, DataError
from features.feeds import completeness
from features.loading import manifest
from features.loading.quarantine import counts_by_rule
from features.tables import TableStore, TableWriter
from features.terminal import bar, counts_table

SUFFIXES = (".parquet", ".csv")
RESERVED = ("simulated", "uci_taiwan", "jd_loan_demand", "store")
"""Folders under `var/` that the project itself writes."""
Progress = Callable[[int, int], None]


def load(
    source: Path,
    name: str,
    *,
    n_buckets: int = 16,
    max_bad_share: float = 0.001,
    progress: Progress = lambda *_: None,
) -> TableStore:
    """Reads `<source>/<table>.parquet|csv`, or a folder of such files a table, into `var/data/<name>/tables`.

    The folder is built under another name and replaces the old one only when every table has passed, so that
    a bad file never destroys a data set that was already accepted. Rows that break the contract, or lie after
    the present (the wall clock, or what `manifest.toml` states), are set aside in
    `var/quarantine/<name>/<table>/`.

    Raises:
        ConfigError: the name is invalid, or reserved for a data set of the project itself; or the manifest
            is wrong.
        DataError: the folder has no accounts table, or a file cannot be read.
        ContractError: a file belongs to no table, or a table has more bad rows than `max_bad_share`.
    """
    target, files = paths.dataset(valid_name(name)), _files(source)
    fresh, aside = target.with_name("tables.new"), quarantine_of(name).with_name(f"{name}.new")
    for old in (fresh, aside):
        shutil.rmtree(old, ignore_errors=True)
    wall = datetime.now()
    stated = manifest.read(source, files, wall)
    clock = stated.clock(wall)
    writer = TableWriter(fresh, aside, n_buckets, max_bad_share, FEW_BAD, clock)
    for done, (table, parts) in enumerate(files.items()):
        progress(done, len(files))
        _write(writer, table, parts, source)
    ends = completeness(fresh, files, stated.complete_until, clock)
    origin = {"source": str(source), "sha256": _digest(files)}
    writer.finish(name, origin, complete_until=ends, present=stated.present)
    for made, place in ((fresh, target), (aside, quarantine_of(name))):
        shutil.rmtree(place, ignore_errors=True)
        if made.exists():
            made.rename(place)
    progress(len(files), len(files))
    return TableStore(target)


def valid_name(name: str) -> str:
    """The name of a lender's own data set, which becomes the name of a folder.

    Raises:
        ConfigError: it is invalid or reserved.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name) or name in RESERVED:
        raise ConfigError(
            f"NAME={name}: name a data set of your own with letters, digits, - and _, and not {RESERVED}"
        )
    return name


def quarantine_of(name: str) -> Path:
    """Folder of the rows that `make load` set aside."""
    return paths.var() / "quarantine" / name


def _write(writer: TableWriter, table: str, parts: list[Path], source: Path) -> None:
    frames = {part.name: _read(part, table) for part in parts}
    if not frames:
        raise DataError(f"table {table}: the folder {source / table} holds no {' or '.join(SUFFIXES)} file")
    origin = str(parts[0] if len(parts) == 1 else source / table)
    try:
        frame = pl.concat(frames.values(), how="vertical_relaxed")
    except pl.exceptions.PolarsError as error:
        raise ContractError(
            f"table {table} ({origin}): its files differ in a column's type: {error}"
        ) from None
    heights = {name: frame.height for name, frame in frames.items()}
    writer.write(table, frame, origin=origin, files=heights)


def _files(source: Path) -> dict[str, list[Path]]:
    if not source.is_dir():
        raise DataError(
            f"{source} is not a folder; give the folder with one file a table ({', '.join(TABLES)})"
        )
    entries = [path for path in sorted(source.iterdir()) if path.is_dir() or path.suffix in SUFFIXES]
    unknown = [path.name for path in entries if path.stem not in TABLES]
    if unknown:
        raise ContractError(f"{source}: {unknown} belong to no table of the contract: {list(TABLES)}")
    found: dict[str, list[Path]] = {}
    for path in entries:
        if path.stem in found:
            raise ContractError(
                f"{source}: {path.name} and {found[path.stem][0].name} are the same table twice; keep one"
            )
        found[path.stem] = list(_parts(path))
    if "accounts" not in found:
        raise DataError(f"{source}: no accounts table; found {sorted(found)}")
    return found


def _parts(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    else:
        yield from (part for part in sorted(path.rglob("*")) if part.suffix in SUFFIXES)


def _read(path: Path, table: str) -> pl.DataFrame:
    """A file's rows in the contract's column order; a CSV as text, so that no type is inferred."""
    try:
        if path.suffix == ".parquet":
            frame = pl.read_parquet(path, hive_partitioning=False)
        else:
            frame = pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        first = str(error).partition("\n")[0]
        raise DataError(f"table {table}: {path} cannot be read: {first}") from error
    return with_every_column(frame, TABLES[table], str(path))


def _digest(files: dict[str, list[Path]]) -> str:
    digest = hashlib.sha256()
    for table, parts in sorted(files.items()):
        for part in parts:
            digest.update(f"{table}:{hashlib.sha256(part.read_bytes()).hexdigest()};".encode())
    return digest.hexdigest()


def main() -> None:
    """Command line of `make load`."""
    parser = argparse.ArgumentParser(prog="features.loading.load", description=__doc__)
    parser.add_argument("--source", required=True, help="folder with one file (or folder) a table")
    parser.add_argument("--name", required=True, help="name of the data set under var/data")
    parser.add_argument("--buckets", type=int, default=16)
    parser.add_argument(
        "--max-bad-share", type=float, default=0.001, help="share of rows to set aside at most"
    )
    args = parser.parse_args()
    if not args.source or not args.name:
        raise ConfigError(
            "make load needs SOURCE=<folder with one file a table> and NAME=<name for the data set>"
        )
    begun = time.perf_counter()
    with bar(f"load {args.name}") as progress:
        store = load(
            Path(args.source),
            args.name,
            n_buckets=args.buckets,
            max_bad_share=args.max_bad_share,
            progress=progress,
        )
    report(store, time.perf_counter() - begun)


def report(store: TableStore, seconds: float) -> None:
    """Prints the summary table and writes `var/reports/load.json`."""
    info, folder = store.info, quarantine_of(store.info.name)
    broken = counts_by_rule(folder)
    ends = {f"{t} complete until": m.replace("T", " ") for t, m in info.complete_until.items()}
    counts_table(f"Loaded {info.name}", info.rows, broken, {**ends, "seconds": f"{seconds:.1f}"})
    absent = sorted(set(TABLES) - set(info.tables))
    print(f"absent tables: {', '.join(absent) or 'none'}")
    if broken:
        print(f"rows set aside, with file, row, column and rule: {folder}")
    figures = {
        "dataset": info.name,
        **{f"rows_{table}": n for table, n in info.rows.items()},
        **{f"quarantined_{table}": n for table, n in info.set_aside.items()},
        **{f"complete_until_{table}": moment for table, moment in info.complete_until.items()},
        "data_fingerprint": store.fingerprint,
        "wall_seconds": round(seconds, 3),
    }
    paths.reports().mkdir(parents=True, exist_ok=True)
    (paths.reports() / "load.json").write_text(json.dumps(figures, indent=1))
