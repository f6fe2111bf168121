"""Where the MLflow store is: SQLite under `var/mlflow` unless `MLFLOW_TRACKING_URI` names another."""

import os
from pathlib import Path

from features.paths import var


def store_uri() -> str:
    """The tracking store; its folder is made."""
    (var() / "mlflow").mkdir(parents=True, exist_ok=True)
    return os.environ.get("MLFLOW_TRACKING_URI") or own_store()


def own_store() -> str:
    """The store under `var/`, used when no other is named."""
    return f"sqlite:///{var() / 'mlflow' / 'mlflow.db'}"


def artifact_root() -> Path:
    """Where the own store keeps artifacts."""
    return var() / "mlflow" / "artifacts"
