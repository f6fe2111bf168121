"""A whole training on a small file: the report, the record, the bundle, the champion."""

import json
from collections.abc import Iterator
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from mlflow.tracking import MlflowClient

from experiments.train import write_and_print
from serving.model.bundle import BundleStore
from serving.model.scorer import Scorer
from tests.training.toy import write_toy
from training.config.files import load_config
from training.config.schema import FidelityGate, TrainConfig
from training.pipeline import train
from training.reporting.console import Stages
from training.reporting.result import TrainResult
from training.reporting.tracking.lifecycle import run as tracked_run
from training.reporting.tracking.location import store_uri
from training.reporting.tracking.run import Run

KEYS = {
    "config", "run_id", "bundle_sha256", "model_version", "n_accounts", "n_train", "n_test", "bad_rate",
    "n_features", "trials", "auc", "gini", "ks", "brier", "calibration_slope", "auc_scorecard", "gate_passed",
    "wall_seconds", "peak_rss_mb", "git_revision", "data_fingerprint", "auc_ci_low", "auc_ci_high",
    "auc_unconstrained", "auc_free", "auc_loss_from_monotone_constraints", "auc_price_of_monotone",
    "seconds_model_comparison", "seconds_price", "reference_sources_imputed", "reference_sources_donated",
}  # fmt: skip
PLOTS = {
    "roc_ks",
    "calibration",
    "gains",
    "score_distribution",
    "shap",
    "themes",
    "tuning",
    "stability",
    "model_comparison",
    "fidelity",
}
pytestmark = pytest.mark.e2e


class Watcher:
    """Reads the run from the store as each stage starts."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.seen: dict[str, tuple[str, int, set[str]]] = {}

    def stage_started(self, label: str) -> None:
        self.run.stage_started(label)
        client = MlflowClient(store_uri())
        parent = client.get_run(self.run.run_id)
        trials = client.search_runs(
            [parent.info.experiment_id], f"tags.`mlflow.parentRunId` = '{self.run.run_id}'"
        )
        self.seen[label] = (parent.info.status, len(trials), set(parent.data.metrics))

    def stage_ended(self, name: str, seconds: float) -> None:
        self.run.stage_ended(name, seconds)


def trained_by(config: TrainConfig) -> TrainResult:
    with tracked_run(config) as run:
        return train(config, Stages(), run)


WATCHED: dict[str, tuple[str, int, set[str]]] = {}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("toy")


@pytest.fixture(scope="module")
def result(folder: Path) -> Iterator[TrainResult]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEADROOM_VAR", str(folder / "var"))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        config = load_config(str(write_toy(folder)))
        with tracked_run(config) as run:
            watcher = Watcher(run)
            stages = Stages(listener=watcher)
            trained = train(config, stages, run)
            write_and_print(config, {**trained.report, "wall_seconds": 1.0}, stages)
        WATCHED.update(watcher.seen)
        yield trained


def test_the_report_has_its_keys_and_they_are_what_was_measured(result: TrainResult, folder: Path) -> None:
    report = json.loads((folder / "var" / "reports" / "train-toy.json").read_text())
    assert set(report) >= KEYS
    assert report["auc"] == result.evaluated.evaluation.metrics["auc"]
    assert report["auc_ci_low"] < report["auc"] < report["auc_ci_high"]
    assert report["n_train"] + report["n_test"] == report["n_rows"] == 900
    assert report["trials"] == 12
    assert report["auc_free"] == report["auc_unconstrained"] != report["auc_monotone"]


def test_the_bundle_store_holds_the_champion_that_was_evaluated(result: TrainResult) -> None:
    store = BundleStore()
    pointer = store.champion("toy")
    assert pointer is not None
    assert pointer.sha256 == result.registration.bundle_sha256
    bundle = store.load(pointer.sha256)
    assert bundle.spec.info.metrics["auc"] == result.evaluated.evaluation.metrics["auc"]
    rows = result.evaluated.evaluation.cohort.matrix.frame
    assert np.array_equal(Scorer(bundle).score(rows).pd, result.evaluated.evaluation.scored.pd)


def test_mlflow_has_one_nested_run_a_trial_with_its_parameters(result: TrainResult) -> None:
    client = MlflowClient(store_uri())
    parent = client.get_run(result.registration.run_id)
    assert parent.data.metrics["auc"] == pytest.approx(result.evaluated.evaluation.metrics["auc"])
    assert parent.data.params["tuning.trials"] == "12"
    assert parent.inputs is not None
    inputs = [{tag.key: tag.value for tag in given.tags} for given in parent.inputs.dataset_inputs]
    assert {tags["mlflow.data.context"]: tags["rows"] for tags in inputs} == {"train": "630", "test": "270"}
    nested = client.search_runs(
        [parent.info.experiment_id], f"tags.`mlflow.parentRunId` = '{parent.info.run_id}'", max_results=100
    )
    assert len(nested) == 12
    assert all(run.info.status == "FINISHED" and "learning_rate" in run.data.params for run in nested)


def test_the_run_is_written_while_the_training_goes_on(result: TrainResult) -> None:
    assert {status for status, _, _ in WATCHED.values()} == {"RUNNING"}
    assert WATCHED["tuning"][1] == 0
    assert WATCHED["final fit and calibration"][1] == 12
    assert "validation_best" in WATCHED["final fit and calibration"][2]
    assert "auc" not in WATCHED["evaluation through the scorer"][2]
    assert {"auc", "ks", "seconds_tuning"} <= WATCHED["scorecard and model comparison"][2]
    assert "fidelity_sufficiency_flip_share" in WATCHED["gate"][2]


def test_the_run_lasts_as_long_as_the_training_and_its_trials_are_within_it(result: TrainResult) -> None:
    client = MlflowClient(store_uri())
    run = client.get_run(result.registration.run_id)
    assert run.info.status == "FINISHED"
    seconds = (run.info.end_time - run.info.start_time) / 1000
    stages = sum(value for name, value in run.data.metrics.items() if name.startswith("seconds_"))
    assert stages <= seconds
    trials = client.search_runs(
        [run.info.experiment_id], f"tags.`mlflow.parentRunId` = '{run.info.run_id}'", max_results=100
    )
    for trial in trials:
        assert run.info.start_time <= trial.info.start_time <= trial.info.end_time <= run.info.end_time


def test_the_run_is_described_and_can_be_filtered(result: TrainResult) -> None:
    run = MlflowClient(store_uri()).get_run(result.registration.run_id)
    note = run.data.tags["mlflow.note.content"]
    assert note.startswith("**Gate passed**: `headroom-toy` version 1 is champion")
    assert f"{result.report['auc']:.4f}" in note
    assert "fidelity tests passed" in note
    assert f"runs/{run.info.run_id}/artifacts/plots/roc_ks.png" in note
    tags = {"gate": "passed", "adapter": "flat", "kind": "training", "dataset": "toy", "stage": "finished"}
    assert {name: run.data.tags[f"headroom.{name}"] for name in tags} == tags
    assert run.data.tags["headroom.git_revision"] == result.report["git_revision"]


def test_the_plots_are_on_record_and_in_the_reports(result: TrainResult, folder: Path) -> None:
    client = MlflowClient(store_uri())
    logged = {Path(item.path).stem for item in client.list_artifacts(result.registration.run_id, "plots")}
    assert logged == PLOTS
    written = list((folder / "var" / "reports" / "toy" / "plots").glob("*.png"))
    assert {path.stem for path in written} == PLOTS
    assert all(path.stat().st_size > 5000 for path in written)


def test_the_registered_model_answers_with_the_scorers_own_bytes(result: TrainResult) -> None:
    mlflow.set_tracking_uri(store_uri())
    model = mlflow.pyfunc.load_model("models:/headroom-toy@champion")
    frame = result.evaluated.evaluation.cohort.matrix.frame.drop("account_id", "as_of").head(50)
    answer = model.predict(frame.to_pandas())
    scored = Scorer(result.evaluated.bundle).score(frame)
    assert answer["pd"].to_numpy().tobytes() == scored.pd.tobytes()
    assert np.array_equal(answer["score"], scored.score)
    keys = [theme.key for theme in result.evaluated.bundle.spec.catalogue.themes]
    assert np.array_equal(answer[keys].to_numpy(), scored.theme_points)
    assert np.array_equal(answer["base_points"] + answer[keys].sum(axis=1), answer["score"])


def test_the_registered_model_takes_a_missing_value_and_refuses_a_wrong_type(result: TrainResult) -> None:
    mlflow.set_tracking_uri(store_uri())
    model = mlflow.pyfunc.load_model("models:/headroom-toy@champion")
    row = {"income": [0.1], "savings": [None], "debt": [1.0], "noise": [0.0], "job": ["miner"]}
    assert 0 < model.predict(pd.DataFrame(row).astype({"savings": float}))["pd"][0] < 1
    with pytest.raises(mlflow.exceptions.MlflowException):
        model.predict(pd.DataFrame({**row, "savings": [0.0], "income": ["much"]}))


def test_nothing_that_was_written_is_a_pickle(result: TrainResult, folder: Path) -> None:
    names = [path.suffix for path in (folder / "var").rglob("*") if path.is_file()]
    assert not {".pkl", ".pickle", ".joblib", ".cloudpickle"} & set(names)


def test_a_second_training_is_compared_with_the_champion_on_the_same_rows(
    result: TrainResult, folder: Path
) -> None:
    again = trained_by(load_config(str(folder / "toy.toml")))
    (check,) = [check for check in again.evaluated.gate.checks if check.name == "champion"]
    assert check.value == 0.0
    assert again.evaluated.gate.champion == result.registration.bundle_sha256
    assert again.registration.model_version == result.registration.model_version + 1
    assert again.report["trials_resumed"] == 12
    client = MlflowClient(store_uri())
    first, second = (client.get_run(one.registration.run_id) for one in (result, again))
    assert first.info.run_id != second.info.run_id
    assert [run.data.tags["headroom.champion"] for run in (first, second)] == ["former", "true"]
    reused = client.search_runs(
        [second.info.experiment_id], f"tags.`mlflow.parentRunId` = '{second.info.run_id}'"
    )
    assert [run.data.tags["headroom.reused"] for run in reused] == ["true"] * 12


def test_what_was_found_of_the_reasons_is_in_the_report_and_on_record(
    result: TrainResult, folder: Path
) -> None:
    report = json.loads((folder / "var" / "reports" / "train-toy.json").read_text())
    metrics = MlflowClient(store_uri()).get_run(result.registration.run_id).data.metrics
    for found in result.evaluated.findings:
        assert report[found.name] == pytest.approx(found.value)
        assert metrics[f"fidelity_{found.name}"] == pytest.approx(found.value)
    assert report["gate_reasons_sufficiency_flip_share"] is True
    assert report["noise_feature_named_share_usual_gate"] == 0.005
    assert "900 rows" in report["noise_feature_named_share_gate_why"]
    assert report["reference_accounts"] == 100


def test_a_model_whose_reasons_fail_does_not_become_champion(result: TrainResult, folder: Path) -> None:
    config = load_config(str(folder / "toy.toml"))
    out_of_reach = FidelityGate(limit=1.1, why="no share reaches this, so no model may pass")
    gates = {**config.fidelity.gates, "sufficiency_flip_share": out_of_reach}
    strict = config.model_copy(update={"fidelity": config.fidelity.model_copy(update={"gates": gates})})
    before = BundleStore().champion("toy")
    refused = trained_by(strict)
    assert [check.name for check in refused.evaluated.gate.failures] == ["reasons_sufficiency_flip_share"]
    assert BundleStore().champion("toy") == before
    assert "no share reaches this" in str(refused.report["gate_failures"])
    run = MlflowClient(store_uri()).get_run(refused.registration.run_id)
    assert (run.info.status, run.data.tags["headroom.gate"]) == ("FINISHED", "failed")
    assert run.data.tags["headroom.champion"] == "false"
    assert "reasons_sufficiency_flip_share" in run.data.tags["headroom.gate_failures"]
    assert run.data.tags["mlflow.note.content"].startswith("**Gate not passed**")


def test_artifacts_stand_under_var_and_nowhere_else(result: TrainResult, folder: Path) -> None:
    client = MlflowClient(store_uri())
    uri = client.get_run(result.registration.run_id).info.artifact_uri
    assert uri is not None
    assert uri.startswith((folder / "var" / "mlflow" / "artifacts").as_uri())
