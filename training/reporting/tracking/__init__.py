"""Experiment tracking with MLflow; with `training.reporting.pyfunc` the only code that imports it.

A training is a run of the experiment `headroom-<configuration>`, opened when the training starts and written
while it goes on; each trial is a nested run. The settings below are read when MLflow is first imported.
"""

import os

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
