"""`make load`: a lender's own tables, checked against the contract and laid out bucket by bucket."""

import argparse
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from features import cli, paths
from features.contract.registry import TABLES
from features.errors import ContractError, DataError
from features.tables import DatasetInfo, TableStore, TableWriter

SUFFIXES = (".parquet", ".csv")


def load(source: Path, name: str, *, n_buckets: int = 16, max_bad_share: float = 0.001) -> TableStore:
    """Reads `<source>/<table>.parquet|csv`, or a folder of such files a table, into `var/data/<name>/tables`.

    The folder is built aside and takes the old one's place only when every table has passed, so a bad
    file never costs a data set that was already accepted. Bad rows go to `var/quarantine/<name>/<table>/`.

    Raises:
        DataError: the folder holds no table of the contract, or a file cannot be read.
        ContractError: a file stands for no table, or a table has more bad rows than `max_bad_share`.
    """
    files = _files(source)
    target = paths.dataset(name)
    fresh = target.with_name("tables.new")
    shutil.rmtree(fresh, ignore_errors=True)
    writer = TableWriter(fresh, paths.var() / "quarantine" / name, n_buckets, max_bad_share)
    for table, parts in files.items():
        frame = pl.concat([_read(part, table) for part in parts], how="vertical_relaxed")
        writer.write(table, frame, origin=str(parts[0] if len(parts) == 1 else source / table))
    writer.finish(name, {"source": str(source), "sha256": _digest(files)})
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return TableStore(target)


def _files(source: Path) -> dict[str, list[Path]]:
    if not source.is_dir():
        raise DataError(
            f"{source} is not a folder; give the folder with one file a table ({', '.join(TABLES)})"
        )
    entries = [path for path in sorted(source.iterdir()) if path.is_dir() or path.suffix in SUFFIXES]
    unknown = [path.name for path in entries if path.stem not in TABLES]
    if unknown:
        raise ContractError(f"{source}: {unknown} stand for no table of the contract: {list(TABLES)}")
    found = {path.stem: list(_parts(path)) for path in entries}
    if "accounts" not in found:
        raise DataError(f"{source}: no accounts table; found {sorted(found)}")
    return found


def _parts(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    else:
        yield from (part for part in sorted(path.rglob("*")) if part.suffix in SUFFIXES)


def _read(path: Path, table: str) -> pl.DataFrame:
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path, hive_partitioning=False)
        return pl.read_csv(path, try_parse_dates=True, infer_schema_length=None)
    except (pl.exceptions.PolarsError, OSError) as error:
        first = str(error).partition("\n")[0]
        raise DataError(f"table {table}: {path} cannot be read: {first}") from error


def _digest(files: dict[str, list[Path]]) -> str:
    digest = hashlib.sha256()
    for table, parts in sorted(files.items()):
        for part in parts:
            digest.update(f"{table}:{hashlib.sha256(part.read_bytes()).hexdigest()};".encode())
    return digest.hexdigest()


def summary(info: DatasetInfo) -> str:
    """A table of what was loaded and what was set aside, for the terminal."""
    lines = [f"{'table':<20}{'rows':>14}{'set aside':>12}"]
    lines += [f"{t:<20}{info.rows[t]:>14,}{info.set_aside[t]:>12,}" for t in info.tables]
    absent = sorted(set(TABLES) - set(info.tables))
    return "\n".join([*lines, f"absent: {', '.join(absent) or 'none'}"])


def main() -> None:
    """Command line of `make load`."""
    parser = argparse.ArgumentParser(prog="features.load", description=__doc__)
    parser.add_argument("--source", type=Path, required=True, help="folder with one file (or folder) a table")
    parser.add_argument("--name", required=True, help="name of the data set under var/data")
    parser.add_argument("--buckets", type=int, default=16)
    parser.add_argument(
        "--max-bad-share", type=float, default=0.001, help="share of rows to set aside at most"
    )
    args = parser.parse_args()
    store = load(args.source, args.name, n_buckets=args.buckets, max_bad_share=args.max_bad_share)
    print(summary(store.info))
    if sum(store.info.set_aside.values()):
        print(f"rows set aside, with the rules they break: {paths.var() / 'quarantine' / args.name}")


if __name__ == "__main__":
    cli.run(main)
