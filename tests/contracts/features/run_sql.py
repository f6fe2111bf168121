"""Runs scalars of observations in DuckDB, in a process of its own that knows nothing of the engine.

Usage: `python run_sql.py <folder>` with `<folder>/<table>.parquet`, `obs.parquet` (account_id, as_of) among
them, and on standard input `{"prelude": sql, "scalars": [sql, …]}`. It writes `<folder>/values.parquet`:
account_id, as_of and v0, v1, ….
"""

import json
import sys
from pathlib import Path

import duckdb


def main() -> None:
    """Reads the job, runs it, writes the values."""
    folder, job = Path(sys.argv[1]), json.load(sys.stdin)
    connection = duckdb.connect(config={"threads": 1})
    for path in sorted(folder.glob("*.parquet")):
        connection.execute(f"create table {path.stem} as select * from read_parquet('{path}')")
    connection.execute(job["prelude"])
    scalars = [f"({sql})::bigint as v{i}" for i, sql in enumerate(job["scalars"])]
    values = f"select o.account_id, o.as_of, {', '.join(scalars)} from obs o"
    connection.execute(f"copy ({values}) to '{folder / 'values.parquet'}' (format parquet)")


if __name__ == "__main__":
    main()
