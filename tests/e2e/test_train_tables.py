"""A lender's own tables from the folder to the answer: load, train, ingest, decide."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import polars as pl
import pytest

from features.definitions import feature_set_for
from features.engine import build_history
from features.matrix import Observations
from features.store import AccountStore
from features.tables import TableStore, open_dataset
from serving.model.bundle import BundleStore
from serving.model.scorer import Scorer
from serving.service.app import Service
from serving.service.settings import Settings
from tests.training import lender
from training.pipeline import train
from training.reporting.console import Stages
from training.reporting.result import TrainResult
from training.reporting.tracking.lifecycle import run

pytestmark = [pytest.mark.e2e, pytest.mark.anyio]
TABLES = {"adapter": "tables", "name": "mine"}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A run-time folder with a small simulated portfolio and the same tables loaded as `mine`."""
    folder = tmp_path_factory.mktemp("lender")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEADROOM_VAR", str(folder / "var"))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        lender.loaded(lender.simulated(700), folder / "export", "mine")
        yield folder / "var"


def trained_by(name: str, data: dict[str, str]) -> TrainResult:
    config = lender.config(name, data)
    with run(config) as current:
        return train(config, Stages(), current)


@pytest.fixture(scope="module")
def trained(var: Path) -> TrainResult:
    return trained_by("own", TABLES)


def test_the_model_is_that_of_the_same_training_on_the_simulated_tables(
    var: Path, trained: TrainResult
) -> None:
    other = trained_by("theirs", {"adapter": "simulated"})
    assert trained.evaluated.evaluation.metrics == other.evaluated.evaluation.metrics
    ours, theirs = trained.evaluated.bundle, other.evaluated.bundle
    assert ours.booster_text == theirs.booster_text
    assert ours.spec.calibration == theirs.spec.calibration
    assert ours.reference.tobytes() == theirs.reference.tobytes()
    assert ours.reference_keys.equals(theirs.reference_keys)
    assert np.array_equal(
        trained.evaluated.evaluation.scored.theme_points, other.evaluated.evaluation.scored.theme_points
    )
    same = {"auc", "ks", "n_rows", "n_train", "n_test", "bad_rate", "left_out", "auc_scorecard", "n_features"}
    assert {key: trained.report[key] for key in same} == {key: other.report[key] for key in same}


async def test_the_live_store_answers_as_the_tables_do(var: Path, trained: TrainResult) -> None:
    store = open_dataset("mine")
    accounts = AccountStore(f"sqlite:///{var / 'mine.db'}")
    accounts.ingest(store)
    bundles = BundleStore(var / "bundles")
    if bundles.champion("own") is None:
        bundles.promote("own", trained.registration.bundle_sha256, 1)
    settings = Settings(
        config="own",
        bundles=str(var / "bundles"),
        store_url=accounts.url,
        records_url=f"sqlite:///{var / 'records.db'}",
    )
    moment = accounts.feeds().complete_until["orders"]
    ids = accounts.account_ids(40)
    frame = pl.DataFrame({"account_id": ids}).with_columns(as_of=pl.lit(moment, pl.Datetime("us")))
    expected = pd_of(trained, store, Observations(frame))
    service = Service(settings)
    answered = 0
    transport = httpx.ASGITransport(app=service.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://headroom") as client:
        for account, pd in zip(ids, expected, strict=True):
            answer = await client.post("/v1/decisions", json={"account_id": account})
            assert answer.status_code == 200, answer.text
            assert answer.json()["pd"] == pd
            answered += 1
    assert answered == 40
    accounts.close()


def pd_of(trained: TrainResult, store: TableStore, observations: Observations) -> np.ndarray:
    """Probabilities of bad from the training history's features at the same moment."""
    features = feature_set_for(store.info.tables).select(trained.evaluated.bundle.spec.catalogue.names)
    matrix = build_history(store, observations, features)
    return np.asarray(Scorer(trained.evaluated.bundle).score(matrix.frame).pd)
