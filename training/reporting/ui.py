"""`make ui`: the MLflow UI on loopback, with one worker and no background jobs."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from features.cli import run
from features.paths import ROOT, var
from training.reporting.tracking.location import artifact_root, store_uri

APP = "headroom"


def command(port: int) -> list[str]:
    """The server's command line."""
    flags = ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--app-name", APP]
    where = ["--backend-store-uri", store_uri(), "--default-artifact-root", artifact_root().as_uri()]
    return [sys.executable, "-m", "mlflow", "server", *where, *flags]


def environment() -> dict[str, str]:
    """The server's environment: no telemetry, no jobs, and the entry point of the app on the path."""
    path = [str(ROOT), str(write_entry_point(var() / "mlflow" / "app")), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(part for part in path if part),
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    }


def write_entry_point(folder: Path) -> Path:
    """Writes the package metadata by which MLflow finds the app; returns the folder to put on the path."""
    package = folder / f"{APP}-0.dist-info"
    package.mkdir(parents=True, exist_ok=True)
    entry = f"[mlflow.app]\n{APP} = training.reporting.tracking.server:create_app\n"
    (package / "entry_points.txt").write_text(entry, encoding="utf-8")
    return folder


def main() -> None:
    """Runs the server until it is interrupted."""
    parser = argparse.ArgumentParser(description="open the MLflow UI on loopback")
    parser.add_argument("--port", type=int, default=5000)
    port = parser.parse_args().port
    print(f"MLflow UI: http://127.0.0.1:{port} (ready in about 15 seconds; Ctrl-C ends it)", flush=True)
    subprocess.run(command(port), env=environment(), check=False)


if __name__ == "__main__":
    run(main)
