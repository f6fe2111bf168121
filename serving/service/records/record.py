"""A decision record, and the hash that chains it to the one before."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

import msgspec

from features.errors import HeadroomError

Kind = Literal[
    "decision", "what_if", "advice", "advice_what_if", "prediction", "opt_out", "review", "not_decided"
]
WHAT_IFS: tuple[Kind, ...] = ("what_if", "advice_what_if")
"""Answers as of a moment that the caller named: never binding."""
WITHOUT_MODEL: tuple[Kind, ...] = ("opt_out", "review", "not_decided")
"""Records that hold no model's answer."""
GENESIS = "0" * 64


class RecordError(HeadroomError):
    """A record could not be stored, or a stored one was tampered with."""


@dataclass(frozen=True)
class Draft:
    """A record that has no place in the chain yet.

    Attributes:
        id: unique, also in the answer.
        kind: a decision or advice for an account, or a what-if of either; a prediction for rows; a person's
            opt-out; a review by a person in place of a decision; a decision that awaits a feed.
        account_id: the account, None for a prediction.
        recorded_at: UTC, ISO 8601, microseconds.
        bundle_sha256: the model, `` where none took part.
        policy_version: the policy, `` where none took part.
        policy_sha256: hash of its text; the text itself is stored beside the records.
        code_sha256: the code that decided (`serving.service.release`); other code may word the same
            reasons otherwise.
        inputs: everything that the answer was computed from, so that it can be recomputed.
        answer: the bytes of the response body.
    """

    id: str
    kind: Kind
    account_id: int | None
    recorded_at: str
    bundle_sha256: str
    policy_version: str
    policy_sha256: str
    code_sha256: str
    inputs: Mapping[str, Any] | Sequence[Any]
    answer: msgspec.Raw

    @property
    def body(self) -> bytes:
        """The bytes that are hashed."""
        return msgspec.json.encode(self)

    @classmethod
    def parse(cls, body: bytes) -> "Draft":
        """The draft of a stored body.

        Raises:
            RecordError: the body is not one.
        """
        try:
            return msgspec.json.decode(body, type=cls)
        except msgspec.MsgspecError as error:
            raise RecordError(f"a stored record cannot be read: {error}") from error


@dataclass(frozen=True)
class Record:
    """A draft in its place: `hash = SHA-256(prev_hash, newline, body)`."""

    seq: int
    body: bytes
    prev_hash: str
    hash: str

    @property
    def draft(self) -> Draft:
        """What was recorded."""
        return Draft.parse(self.body)


def chain_hash(prev_hash: str, body: bytes) -> str:
    """The hash of a record that follows another."""
    return hashlib.sha256(prev_hash.encode() + b"\n" + body).hexdigest()


def new_id() -> str:
    """A fresh record id."""
    return uuid4().hex


def now() -> str:
    """UTC, ISO 8601, microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
