"""`make ui`: the MLflow UI on loopback, with one worker and nothing running in the background."""

import argparse
import os
import subprocess
import sys

from features.cli import run
from features.paths import var


def command(port: int) -> list[str]:
    """The server's command line."""
    store = os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{var() / 'mlflow' / 'mlflow.db'}"
    artifacts = (var() / "mlflow" / "artifacts").as_uri()
    flags = ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    where = ["--backend-store-uri", store, "--default-artifact-root", artifacts]
    return [sys.executable, "-m", "mlflow", "server", *where, *flags]


def main() -> None:
    """Runs the server until it is interrupted."""
    parser = argparse.ArgumentParser(description="open the MLflow UI on loopback")
    parser.add_argument("--port", type=int, default=5000)
    port = parser.parse_args().port
    (var() / "mlflow").mkdir(parents=True, exist_ok=True)
    quiet = {
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    }
    print(f"MLflow UI: http://127.0.0.1:{port} (ready in about 15 seconds; Ctrl-C ends it)", flush=True)
    subprocess.run(command(port), env={**os.environ, **quiet}, check=False)


if __name__ == "__main__":
    run(main)
