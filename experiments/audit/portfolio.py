"""Accounts of a data set and the decisions that the champion makes of them at any moment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from features.arrays import Ints
from features.engine.featureset import FeatureSet
from features.errors import BundleError
from features.matrix import Observations
from features.tables import Tables, TableStore
from serving.decision.cases import cases_of
from serving.decision.engine import DecisionEngine
from serving.decision.inputs import decision_features
from serving.decision.policy import packaged
from serving.decision.types import Case
from serving.model.bundle import BundleStore
from serving.model.scorer import Scorer


@dataclass(frozen=True)
class Decider:
    """The champion of a configuration under the shipped policy.

    Attributes:
        engine: that decides.
        features: all that a decision reads.
    """

    engine: DecisionEngine
    features: FeatureSet

    @staticmethod
    def of(config: str, sha256: str = "") -> "Decider":
        """The champion as it is served, or any bundle of the store.

        Raises:
            BundleError: there is none.
        """
        store = BundleStore()
        pointer = store.champion(config)
        if not sha256 and pointer is None:
            raise BundleError(f"no champion of {config!r}: train it first (`make train CONFIG={config}`)")
        sha256 = sha256 or ("" if pointer is None else pointer.sha256)
        bundle, policy = store.load(sha256), packaged()
        engine = DecisionEngine(Scorer(bundle), sha256, policy)
        return Decider(engine, decision_features(bundle.spec.catalogue.names, policy.policy))

    def cases(self, tables: Tables, accounts: Ints, moments: Sequence[datetime]) -> Iterator[Case]:
        """What a decision reads of each account at each moment; without those that had no limit then."""
        return cases_of(tables, _observations(accounts, moments), self.features)


def some_accounts(store: TableStore, bucket: int, share: float, before: datetime) -> tuple[Tables, Ints]:
    """The first accounts of a bucket by number, with their rows; those opened before a moment.

    Args:
        store: the data set.
        bucket: whose accounts.
        share: of the bucket's accounts.
        before: day on which an account must have been open.
    """
    tables = store.read(bucket)
    opened = tables["accounts"].filter(pl.col("opened_on") < before.date())["account_id"].sort()
    chosen = opened.head(max(1, round(share * tables["accounts"].height)))
    return tables.only(chosen.to_list()), chosen.to_numpy()


def _observations(accounts: Ints, moments: Sequence[datetime]) -> Observations:
    every = pl.DataFrame({"account_id": accounts}).join(
        pl.DataFrame({"as_of": list(moments)}, schema={"as_of": pl.Datetime("us")}), how="cross"
    )
    return Observations(every)
