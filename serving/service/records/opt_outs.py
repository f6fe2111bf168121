"""Opt-outs in force, read again in the transaction that records an answer."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from serving.service.records.record import Draft, Kind
from serving.service.records.schema import RECORDS

AUTOMATED: tuple[Kind, ...] = ("decision", "what_if", "advice", "advice_what_if", "not_decided")
"""Answers that a person who has opted out does not get."""


def in_force(connection: Connection, account_id: int) -> bool:
    """Whether the person has opted out of automatic decisions, by the latest record of it."""
    row = _latest(connection, account_id, "opt_out")
    return row is not None and _opted_out(Draft.parse(row[1]))


def open_review(connection: Connection, account_id: int) -> str | None:
    """The review case that was opened since the latest opt-out, None when there is none."""
    opt_out, review = _latest(connection, account_id, "opt_out"), _latest(connection, account_id, "review")
    if opt_out is None or review is None or review[0] < opt_out[0]:
        return None
    inputs = Draft.parse(review[1]).inputs
    return str(inputs["review_id"]) if isinstance(inputs, dict) else None


def still_valid(connection: Connection, drafts: Sequence[Draft]) -> list[bool]:
    """Whether each draft may be recorded: none by automation after an opt-out, no review after its end.

    An opt-out in an earlier place of the same group counts.
    """
    state: dict[int, bool] = {}
    valid = []
    for draft in drafts:
        account = draft.account_id
        if account is None or draft.kind not in (*AUTOMATED, "review", "opt_out"):
            valid.append(True)
            continue
        if draft.kind == "opt_out":
            state[account] = _opted_out(draft)
            valid.append(True)
            continue
        if account not in state:
            state[account] = in_force(connection, account)
        valid.append(state[account] == (draft.kind == "review"))
    return valid


def _opted_out(draft: Draft) -> bool:
    return isinstance(draft.inputs, dict) and bool(draft.inputs["opted_out"])


def _latest(connection: Connection, account_id: int, kind: Kind) -> tuple[int, bytes] | None:
    """Place and body of the account's latest record of a kind."""
    mine = (RECORDS.c.account_id == account_id) & (RECORDS.c.kind == kind)
    last = select(func.max(RECORDS.c.seq)).where(mine).scalar_subquery()
    row = connection.execute(select(RECORDS.c.seq, RECORDS.c.body).where(RECORDS.c.seq == last)).first()
    if row is None:
        return None
    return int(row.seq), row.body.encode() if isinstance(row.body, str) else bytes(row.body)
