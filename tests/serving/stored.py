"""A live store of a small random portfolio, and a real model of the portfolio's own features for it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import lightgbm as lgb
import numpy as np

from features.contract.registry import TABLES
from features.definitions import PORTFOLIO
from features.engine import build
from features.matrix import FeatureMatrix
from features.store import AccountStore
from features.tables import TableWriter
from serving.model.bundle import BundleStore, ModelBundle
from serving.model.encoder import encode
from serving.model.reasons.compile import compile_tables
from serving.model.reasons.trees import parse
from serving.model.types import CategoryEncoder, ModelSpec, Scaling
from serving.service.app import Service
from serving.service.settings import Settings
from tests.features.worlds import PRESENT, World, world
from tests.serving import toy

NAMES = (
    "dpd_m1", "late_months_12m", "tenure_months", "limit_avg_6m", "other_balance", "inquiries_3m", "ss_base",
    "hf_contribution", "third_party_score", "current_streak", "limit_growth",
)  # fmt: skip
DATASET = "random"
FIRST_ACCOUNT = 7


@cache
def random_world() -> World:
    return world(11, 40, 15, absent=("account_flags",))


@cache
def matrix() -> FeatureMatrix:
    w = random_world()
    return build(w.tables, w.observations, PORTFOLIO.select(NAMES))


@cache
def bundle() -> ModelBundle:
    """Trees on the portfolio's features, outcomes drawn at random: the shape is real, the wisdom is not."""
    catalogue = matrix().catalogue
    rows = encode(matrix().frame, catalogue, CategoryEncoder())
    r = np.random.default_rng(5)
    bad = (r.random(len(rows)) < 0.2 + 0.3 * (np.nan_to_num(rows[:, 0]) > 0)).astype(float)
    params = {
        "objective": "binary",
        "num_leaves": 8,
        "verbosity": -1,
        "num_threads": 1,
        "min_data_in_leaf": 5,
    }
    booster = lgb.train(
        params, lgb.Dataset(rows, bad, feature_name=list(catalogue.names)), num_boost_round=25
    )
    text, reference = booster.model_to_string(), rows[::2]
    info = replace(toy.INFO, config="portfolio")
    keys = matrix().frame.select("account_id", "as_of")[::2]
    tables = compile_tables(parse(text), catalogue.theme_index, reference, len(catalogue.themes))
    spec = ModelSpec(catalogue, CategoryEncoder(), toy.CALIBRATION, Scaling(), info)
    return ModelBundle(spec, text, reference, keys, tables, {"data": {"name": DATASET}})


def store(folder: Path, behind: Mapping[str, timedelta] = MappingProxyType({})) -> str:
    """Writes the portfolio's tables and ingests them; the URL of the store.

    Args:
        folder: for the files.
        behind: how long before the present the feed of a table ends; all others end with it.
    """
    w = random_world()
    writer = TableWriter(folder / "tables", folder / "quarantine", 2)
    for name, frame in w.tables.frames.items():
        writer.write(name, frame)
    url = f"sqlite:///{folder / 'accounts.db'}"
    accounts = AccountStore(url)
    ends = {table: PRESENT - behind.get(table, timedelta(0)) for table in TABLES}
    accounts.ingest(writer.finish(DATASET, {}, complete_until=ends, present=PRESENT))
    accounts.close()
    return url


def service(folder: Path, url: str, **more: Any) -> Service:
    """A service with this model, the accounts of a store, and records of its own unless others are given."""
    bundles = BundleStore(folder / "bundles")
    bundles.promote("portfolio", bundles.publish(bundle()), 1)
    records = f"sqlite:///{folder / 'records.db'}"
    given = {"bundles": str(folder / "bundles"), "store_url": url, "records_url": records, **more}
    return Service(Settings.model_validate(given))


def client(service: Service) -> httpx.AsyncClient:
    """A client of it."""
    transport = httpx.ASGITransport(app=service.app())
    return httpx.AsyncClient(transport=transport, base_url="http://headroom")
