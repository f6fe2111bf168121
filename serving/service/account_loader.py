"""Loads the facts of a stored account as of a moment, for a decision."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import polars as pl
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from features.definitions import PORTFOLIO
from features.engine import FeatureSet, build, build_live, warm_up
from features.engine.consent import consented
from features.errors import DataError, RequestError
from features.feeds import Feeds
from features.matrix import Observations
from features.store import AccountStore, known_rows
from features.store.schema import STATE
from features.tables import Tables
from serving.decision.inputs import applicable, decision_features
from serving.decision.policy import Policy
from serving.decision.types import CURRENT_LIMIT, OPTED_OUT, Case
from serving.model.bundle import ModelBundle
from serving.model.encoder import Value
from serving.service.feeds import DecisionTime, FeedRules, decision_time, packaged
from serving.service.feeds.withholding import withdrawn_since, withhold

FRESH_SECONDS = 1.0
"""How long the state of the store's feeds is taken as read before it is looked up again."""


class AccountLoader:
    """Reads accounts of the account store for one model and policy.

    A model of other columns, or of another data set, has no accounts here, and every request is refused.

    Args:
        bundle: of the model.
        policy: in force.
        store: of the accounts.
        rules: how late each feed may be; None is the packaged ones.
        wall: the wall clock in the lender's local time.
    """

    def __init__(
        self,
        bundle: ModelBundle,
        policy: Policy,
        store: AccountStore,
        *,
        rules: FeedRules | None = None,
        wall: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._store = store
        self._rules = rules or packaged()
        self._wall = wall
        self._config = bundle.spec.info.config
        self._features = _features(bundle, policy)
        if self._features is not None:
            warm_up(self._features)
        self._dataset = _dataset(bundle)
        self._feeds: tuple[Feeds | None, float] = (None, 0.0)

    def time(self, named: datetime | None) -> DecisionTime:
        """When a decision stands; a moment that the caller named makes a what-if.

        Raises:
            RequestError: the model has no stored accounts, or the moment lies after what the feeds support.
        """
        self._served()
        return decision_time(self._current_feeds(), self._wall(), named, self._rules)

    def require(self, account_id: int) -> None:
        """Makes sure of an account.

        Raises:
            RequestError: 404, it is not stored.
        """
        require_account(self._store, account_id)

    def case(self, account_id: int, when: DecisionTime) -> Case:
        """What a decision reads of an account.

        Raises:
            RequestError: the account is unknown, or had no limit at that moment.
        """
        tables, linked = self._rows(account_id, when)
        values = build_live(tables, account_id, when.as_of, self._served()).frame.row(0, named=True)
        return self._case(account_id, when.as_of, self._facts(values, tables), linked, when)

    def cases_ahead(self, account_id: int, when: DecisionTime, days: int) -> tuple[Case, ...]:
        """The cases of the coming days, at the same time of day, if nothing new arrives.

        Returns:
            `days` cases, the first of them a day after `when`.

        Raises:
            RequestError: as `case` does.
        """
        moments = [when.as_of + timedelta(days=day) for day in range(1, days + 1)]
        return self.cases_at(account_id, when, moments)[1]

    def cases_at(
        self, account_id: int, when: DecisionTime, moments: Sequence[datetime]
    ) -> tuple[Tables, tuple[Case, ...]]:
        """The rows known at `when`, and the cases of that and later moments in one computation of features.

        Raises:
            RequestError: as `case` does.
        """
        tables, linked = self._rows(account_id, when)
        frame = pl.DataFrame({"account_id": [account_id] * len(moments), "as_of": list(moments)})
        typed = frame.cast({"account_id": pl.Int64, "as_of": pl.Datetime("us")})
        matrix = build(tables, Observations(typed), self._served()).frame
        return tables, tuple(
            self._case(account_id, moment, self._facts(values, tables), linked, when)
            for moment, values in zip(moments, matrix.iter_rows(named=True), strict=True)
        )

    def tables(self, account_id: int, when: DecisionTime) -> Tables:
        """One account's rows as a decision may read them.

        Raises:
            RequestError: as `case` does.
        """
        tables, _ = self._rows(account_id, when)
        values = build_live(tables, account_id, when.as_of, self._served()).frame.row(0, named=True)
        _require_limit(values)
        return tables

    def _case(
        self,
        account_id: int,
        moment: datetime,
        facts: dict[str, Value],
        linked: tuple[str, ...],
        when: DecisionTime,
    ) -> Case:
        _require_limit(facts)
        return Case(
            account_id,
            moment,
            {**facts, OPTED_OUT: 0.0},
            linked,
            binding=when.binding,
            late_feeds=when.late,
        )

    def _facts(self, values: dict[str, Value], tables: Tables) -> dict[str, Value]:
        return {name: values[name] for name in applicable(self._served(), tables.frames.keys())}

    def _rows(self, account_id: int, when: DecisionTime) -> tuple[Tables, tuple[str, ...]]:
        """The rows that a decision may read, and the sources that the person has linked."""
        try:
            whole = self._store.tables(account_id)
        except DataError:
            self.require(account_id)
            raise
        known = known_rows(whole, when.as_of)
        linked, hidden = consented(known, account_id, when.as_of), set(when.withheld)
        if when.today != when.as_of:
            today = known_rows(whole, when.today)
            gone = withdrawn_since(known, today, account_id, when.as_of, when.today)
            linked, hidden = linked - gone, hidden | gone
        return withhold(known, account_id, when.as_of, hidden), tuple(sorted(linked))

    def _served(self) -> FeatureSet:
        if self._features is None:
            raise _conflict(f"the model {self._config!r} reads columns of its own file, no stored accounts")
        return self._features

    def _current_feeds(self) -> Feeds:
        """The state of the store's feeds, looked up once a second."""
        feeds, until = self._feeds
        if feeds is None or time.monotonic() > until:
            self._check_dataset()
            feeds = self._read_feeds()
            self._feeds = feeds, time.monotonic() + FRESH_SECONDS
        return feeds

    def _read_feeds(self) -> Feeds:
        try:
            return self._store.feeds()
        except DataError:
            raise _conflict("the accounts are only half loaded: `make ingest` goes on") from None

    def _check_dataset(self) -> None:
        """The model must have been trained on the data set whose accounts are stored."""
        try:
            with self._store.engine.connect() as connection:
                query = select(STATE.c.value).where(STATE.c.key == "dataset")
                stored = connection.execute(query).scalar()
        except SQLAlchemyError as error:
            raise DataError(f"the account store cannot be read: {type(error).__name__}") from error
        if stored is None:
            raise _conflict(f"no accounts are stored yet: `make ingest NAME={self._dataset}` loads them")
        if stored != self._dataset:
            raise _conflict(
                f"the model {self._config!r} was trained on {self._dataset!r}, the store holds {stored!r}: "
                f"`make ingest NAME={self._dataset} STORE=<another database URL>`, then serve with that STORE"
            )


def require_account(store: AccountStore, account_id: int) -> None:
    """Makes sure of an account.

    Raises:
        RequestError: 404, it is not stored.
    """
    if not store.has(account_id):
        raise RequestError("no such account is stored", field="account_id", status=404)


def _require_limit(values: dict[str, Value]) -> None:
    if values[CURRENT_LIMIT] is None:
        raise RequestError("the account had no limit at that moment", field="as_of", status=422)


def _features(bundle: ModelBundle, policy: Policy) -> FeatureSet | None:
    """What a decision of the model under the policy reads; None when the model has other features."""
    known = set(PORTFOLIO.catalogue.names)
    names = bundle.spec.catalogue.names
    if not known.issuperset(names):
        return None
    return decision_features(names, policy)


def _dataset(bundle: ModelBundle) -> str:
    """Name of the data set that the model was trained on, as its bundle states."""
    data = bundle.extra.get("data")
    return str(data.get("name", "")) if isinstance(data, dict) else ""


def _conflict(message: str) -> RequestError:
    return RequestError(f"{message}; /predict answers for rows of features", status=409)
