"""The run of a training: visible while it goes on, honest about how it ended, resumed after a kill."""

import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import mlflow
import pytest
from mlflow.entities import Run as MlflowRun

from features.errors import DataError
from tests.training.toy import toy_cohort, toy_config
from training.config.schema import TrainConfig
from training.data.cohort_split import CohortSplit
from training.data.prepare import TrainingData
from training.data.splits import make_split
from training.evaluation.gate import Check, GateReport
from training.model.tuning_result import TrialRecord
from training.reporting.tracking import names
from training.reporting.tracking.interruptions import mark_interrupted
from training.reporting.tracking.lifecycle import run
from training.reporting.tracking.owner import Owner
from training.reporting.tracking.session import open_session
from training.reporting.tracking.store import append, client, experiment_of, run_of


def named(name: str, **sections: object) -> TrainConfig:
    return toy_config(**{"name": name, **sections})


def data_of(fingerprint: str = "f" * 64) -> TrainingData:
    cohort = replace(toy_cohort(120), data_fingerprint=fingerprint)
    split = CohortSplit.of(cohort, make_split(cohort, toy_config(), None))
    return TrainingData(toy_config(), (), split, None, ("a warning",))


BEGUN = datetime.now() - timedelta(seconds=3)


def trial(number: int, value: float | None = 0.7, begun: datetime = BEGUN) -> TrialRecord:
    started = begun + timedelta(milliseconds=number)
    state = "pruned" if value is None else "complete"
    return TrialRecord(
        number, state, value, {"num_leaves": 7.0}, 12, 2.0, started, started + timedelta(seconds=2)
    )


def gate(passed: bool) -> GateReport:
    return GateReport((Check("auc", passed, 0.5, ">= 0.6", "auc 0.5 is NOT within the minimum 0.6"),), "")


def stored(run_id: str) -> MlflowRun:
    return client().get_run(run_id)


def nested(parent: str) -> list[MlflowRun]:
    own = f"tags.`mlflow.parentRunId` = '{parent}'"
    runs = client().search_runs([stored(parent).info.experiment_id], own)
    return sorted(runs, key=lambda found: int(found.data.tags[names.TRIAL]))


def killed(config: TrainConfig, *trials: TrialRecord, data: TrainingData | None = None) -> str:
    """A training whose process dies: the lock goes, the run stays as it was."""
    with run(config) as current:
        current.log_data(data or data_of())
        for one in trials:
            current.log_trial(one)

        def only_unlock(status: str, error: str = "") -> None:
            current._session.owner.handle.close()

        current.close = only_unlock  # type: ignore[method-assign]
    mlflow.end_run("RUNNING")
    return current.run_id


def ended_by(error: BaseException, config: TrainConfig, *trials: TrialRecord) -> str:
    """A training that raises in its stage `features`."""
    with suppress(type(error)), run(config) as current:
        current.stage_started("features")
        current.log_data(data_of())
        for one in trials:
            current.log_trial(one)
        raise error
    return current.run_id


def test_a_run_can_be_watched_while_the_training_goes_on() -> None:
    before = time.time()
    with run(named("watched")) as current:
        found = stored(current.run_id)
        assert found.info.status == "RUNNING"
        assert before * 1000 - 1 <= found.info.start_time <= time.time() * 1000
        assert found.data.params["tuning.trials"] == "4"
        assert found.data.tags["headroom.adapter"] == "flat"
        current.stage_started("tuning")
        current.log_trial(trial(0))
        current.log_trial(trial(1, None))
        found, (first, second) = stored(current.run_id), nested(current.run_id)
        assert found.data.tags[names.STAGE] == "tuning"
        assert found.data.metrics["validation_best"] == 0.7
        assert (first.info.status, second.info.status) == ("FINISHED", "FINISHED")
        assert (first.data.tags[names.STATE], second.data.tags[names.STATE]) == ("complete", "pruned")
        assert first.info.end_time - first.info.start_time == pytest.approx(2000, abs=2)
        assert first.data.metrics["validation"] == 0.7
        assert "validation" not in second.data.metrics
        assert stored(current.run_id).info.status == "RUNNING"
        current.stage_ended("tuning", 3.5)
    ended = stored(current.run_id)
    assert ended.info.status == "FINISHED"
    assert ended.info.end_time >= ended.info.start_time
    assert ended.data.metrics["seconds_tuning"] == 3.5


def test_data_sets_and_warnings_are_on_record_before_tuning() -> None:
    with run(named("data")) as current:
        current.log_data(data_of())
        found = stored(current.run_id)
        assert found.data.tags[names.DATA_FINGERPRINT] == "f" * 64
        assert "a warning" in found.data.tags[names.NOTE]
        assert found.inputs is not None
        assert {given.dataset.name for given in found.inputs.dataset_inputs} == {"toy-train", "toy-test"}


def test_an_error_ends_the_run_failed_with_one_line() -> None:
    run_id = ended_by(DataError("no file\n  at nowhere"), named("failed"))
    found = stored(run_id)
    assert found.info.status == "FAILED"
    assert found.data.tags[names.ERROR] == "DataError: no file at nowhere"
    assert found.data.tags[names.NOTE].startswith("**Failed** during “features”: DataError")
    with run(named("failed")) as again:
        assert again.run_id != run_id


def test_an_error_is_not_swallowed() -> None:
    with pytest.raises(DataError, match="no file"), run(named("failed")):
        raise DataError("no file")


def test_a_training_that_is_interrupted_resumes_in_the_same_run() -> None:
    run_id = ended_by(KeyboardInterrupt(), named("stopped"), trial(0))
    found = stored(run_id)
    assert found.info.status == "KILLED"
    assert found.data.tags[names.NOTE].startswith("**Interrupted** during “features”")
    with run(named("stopped")) as again:
        assert again.run_id == run_id
        assert stored(again.run_id).info.status == "RUNNING"
        again.log_data(data_of())
        assert "interrupted once" in stored(again.run_id).data.tags[names.NOTE]
        for number in (0, 1):
            again.log_trial(trial(number))
    ended = stored(again.run_id)
    assert ended.info.status == "FINISHED"
    assert ended.info.start_time == found.info.start_time
    assert [one.data.tags[names.TRIAL] for one in nested(again.run_id)] == ["0", "1"]
    assert ended.inputs is not None
    assert len(ended.inputs.dataset_inputs) == 2


def test_a_study_that_begins_anew_in_a_resumed_run_is_logged_anew() -> None:
    ended_by(KeyboardInterrupt(), named("begun_anew"), trial(0))
    with run(named("begun_anew")) as again:
        again.log_trial(trial(0, 0.9, BEGUN + timedelta(minutes=1)))
    assert sorted(one.data.metrics["validation"] for one in nested(again.run_id)) == [0.7, 0.9]


def test_a_training_whose_process_died_is_marked_killed_and_resumed() -> None:
    config = named("died")
    run_id = killed(config, trial(0))
    unfinished = client().create_run(
        experiment_of("died"),
        tags={names.PARENT: run_id, names.TRIAL: "1", names.KIND: names.TRIAL_KIND},
    )
    assert stored(run_id).info.status == "RUNNING"
    assert mark_interrupted() == (run_id,)
    assert mark_interrupted() == ()
    assert stored(run_id).info.status == "KILLED"
    assert stored(run_id).data.tags[names.INTERRUPTIONS] == "1"
    assert stored(unfinished.info.run_id).info.status == "KILLED"
    with run(config) as again:
        assert again.run_id == run_id
        for number in (0, 1, 2):
            again.log_trial(trial(number))
    assert [one.data.tags[names.TRIAL] for one in nested(run_id)] == ["0", "1", "2"]
    assert {one.info.status for one in nested(run_id)} == {"FINISHED"}
    assert all("validation" in one.data.metrics for one in nested(run_id))


def test_the_best_so_far_counts_trials_of_before_the_interruption() -> None:
    run_id = killed(named("best"), trial(0, 0.9))
    with run(named("best")) as again:
        for one in (trial(0, 0.9), trial(1, 0.6)):
            again.log_trial(one)
    history = client().get_metric_history(run_id, "validation_best")
    assert [(point.step, point.value) for point in history] == [(0, 0.9), (1, 0.9)]


def test_a_training_that_goes_on_is_neither_marked_nor_resumed() -> None:
    config = named("alive")
    with run(config) as current:
        assert mark_interrupted() == ()
        assert stored(current.run_id).info.status == "RUNNING"
        other = open_session(client(), config, time.time(), fresh=False)
        assert other.run_id != current.run_id
        other.owner.release(keep=False)


def test_a_run_of_other_data_is_left_as_it_is() -> None:
    config = named("changed")
    run_id = killed(config, trial(0), data=data_of("a" * 64))
    with run(config) as again:
        assert again.run_id == run_id
        again.log_data(data_of("b" * 64))
        assert again.run_id != run_id
        again.log_trial(trial(0))
    assert stored(run_id).info.status == "KILLED"
    assert stored(again.run_id).info.status == "FINISHED"
    assert len(nested(run_id)) == len(nested(again.run_id)) == 1


@pytest.mark.parametrize(("sections", "fresh"), [({}, True), ({"gate": {"min_auc": 0.61}}, False)])
def test_a_fresh_or_another_training_has_a_run_of_its_own(sections: dict[str, object], fresh: bool) -> None:
    name = f"own{fresh}"
    run_id = killed(named(name))
    with run(named(name, **sections), fresh=fresh) as again:
        assert again.run_id != run_id


def test_an_interrupted_run_that_is_not_the_newest_is_not_resumed() -> None:
    config = named("older")
    run_id = killed(config)
    with run(config, fresh=True):
        pass
    with run(config) as third:
        assert third.run_id != run_id


def test_a_lock_made_elsewhere_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    config = named("elsewhere")
    owner = Owner.new()
    with run(config) as current:
        current.set_tags({names.OWNER: "made-in-another-var"})
        assert mark_interrupted() == ()
    owner.release(keep=False)


@pytest.mark.parametrize(("passed", "verdict"), [(True, "passed"), (False, "failed")])
def test_runs_can_be_filtered_by_the_gate(passed: bool, verdict: str) -> None:
    with run(named("gated")) as current:
        current.log_gate(gate(passed))
    found = client().search_runs([experiment_of("gated")], f"tags.`headroom.gate` = '{verdict}'")
    assert [one.info.run_id for one in found] == [current.run_id]
    assert ("headroom.gate_failures" in found[0].data.tags) is not passed


def test_figures_may_be_added_to_a_run_that_has_ended() -> None:
    with run(named("added")) as current:
        current.set_tags({names.BUNDLE_SHA256: "c" * 64})
    found = run_of("added", "c" * 64)
    assert found == current.run_id
    append(found, {"later": 1.5}, [])
    assert stored(found).data.metrics["later"] == 1.5
    assert run_of("added", "d" * 64) is None
