"""Wall time and peak memory over all processes of a job, printed as a table and kept as JSON."""

import json
import resource
import threading
import time
from collections.abc import Callable, Mapping

import psutil
from rich.console import Console
from rich.table import Table

from experiments.portfolio.config import SimulationConfig
from features import paths
from features.provenance import git_revision
from features.tables import DatasetInfo

Figures = dict[str, float | int | str]


class PeakMemory(threading.Thread):
    """Samples the resident memory of this process and its children, summed, ten times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_mb = 0.0
        self.stopped = threading.Event()

    def run(self) -> None:
        """Samples until `stopped` is set."""
        me = psutil.Process()
        while not self.stopped.wait(0.1):
            self.peak_mb = max(self.peak_mb, sum(_resident(p) for p in [me, *me.children(recursive=True)]))


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 2**20
    except psutil.Error:
        return 0.0


def measured(job: str, work: Callable[[], DatasetInfo], config: SimulationConfig) -> None:
    """Runs a job that makes a data set, prints its rows, and writes `var/reports/<job>.json`."""
    memory, start = PeakMemory(), time.perf_counter()
    memory.start()
    info = work()
    seconds = time.perf_counter() - start
    memory.stopped.set()
    memory.join()
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = _figures(config, info, seconds, max(memory.peak_mb, own))
    write_report(job, figures)
    _print(job, figures)


def _figures(config: SimulationConfig, info: DatasetInfo, seconds: float, peak_mb: float) -> Figures:
    return {
        "n_accounts": config.n_accounts,
        "n_months": config.n_months,
        "n_buckets": config.n_buckets,
        "workers": config.workers,
        "wall_seconds": round(seconds, 2),
        "peak_rss_mb": round(peak_mb, 1),
        "rows_total": sum(info.rows.values()),
        **{f"rows_{name}": n for name, n in info.rows.items()},
        "data_fingerprint": info.origin["sha256"],
    }


def write_report(job: str, figures: Mapping[str, object]) -> None:
    """Writes `var/reports/<job>.json` with the git revision."""
    paths.reports().mkdir(parents=True, exist_ok=True)
    path = paths.reports() / f"{job}.json"
    path.write_text(json.dumps({**figures, "git_revision": git_revision()}, indent=1, sort_keys=True))


def _print(job: str, figures: Figures) -> None:
    table = Table("figure", "value", title=job)
    for name, value in figures.items():
        shown = f"{value:,}" if isinstance(value, int | float) else value
        table.add_row(name, shown)
    Console(width=100).print(table)
