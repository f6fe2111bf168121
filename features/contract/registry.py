"""The tables of the contract: schema, event column, source, and which moments are revealed later."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import dataframely as dy

from features.contract import schemas
from features.sources.registry import LINKED


@dataclass(frozen=True)
class TableSpec:
    """A table of the contract.

    Attributes:
        name: folder name of the table.
        schema: its columns and rules.
        event: the column that says when the fact happened; windows are measured on it.
        source: where its facts come from; all but `platform` and `public` need the person's consent.
        shared: True when rows belong to no account (employers, macro): one unbucketed folder.
        revealed: nullable moments that become known only at their own time; before it they read as null.
    """

    name: str
    schema: type[dy.Schema]
    event: str
    source: str
    shared: bool = False
    revealed: tuple[str, ...] = ()


_ALL = (
    TableSpec("accounts", schemas.Accounts, "opened_on", "platform"),
    TableSpec("demographics", schemas.Demographics, "known_at", "platform"),
    TableSpec("limit_changes", schemas.LimitChanges, "effective_at", "platform"),
    TableSpec("orders", schemas.Orders, "placed_at", "platform", revealed=("returned_at",)),
    TableSpec("statements", schemas.Statements, "statement_on", "platform"),
    TableSpec("instalment_plans", schemas.InstalmentPlans, "started_on", "platform"),
    TableSpec("repayments", schemas.Repayments, "paid_at", "platform"),
    TableSpec("delinquency", schemas.Delinquency, "month_end", "platform"),
    TableSpec("account_flags", schemas.AccountFlags, "set_at", "platform", revealed=("lifted_at",)),
    *(TableSpec(source.table, source.schema, source.event, source.key) for source in LINKED.values()),
    TableSpec("consents", schemas.Consents, "granted_at", "platform", revealed=("revoked_at",)),
    TableSpec("offers", schemas.Offers, "offered_at", "platform", revealed=("accepted_at",)),
    TableSpec("employers", schemas.Employers, "recorded_at", "public", shared=True),
    TableSpec("macro", schemas.Macro, "month", "public", shared=True),
    TableSpec("industry_outlook", schemas.IndustryOutlook, "month", "public", shared=True),
)

TABLES: Mapping[str, TableSpec] = MappingProxyType({spec.name: spec for spec in _ALL})
ACCOUNT_TABLES = tuple(spec.name for spec in _ALL if not spec.shared)
SHARED_TABLES = tuple(spec.name for spec in _ALL if spec.shared)
