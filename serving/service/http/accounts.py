"""The bodies of requests about an account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from features.errors import RequestError
from serving.service.http.rows import invalid, only_keys

LARGEST = 2**63 - 1


@dataclass(frozen=True)
class DecisionRequest:
    """A request for a decision or for advice.

    Attributes:
        account_id: the account.
        as_of: the moment, None for the latest.
    """

    account_id: int
    as_of: datetime | None


@dataclass(frozen=True)
class OptOutRequest:
    """A person opts out of automatic decisions, or in again."""

    account_id: int
    opted_out: bool


def decision_request(body: Any) -> DecisionRequest:
    """Reads `{"account_id": 17, "as_of": "2025-06-01T00:00:00"}`.

    Raises:
        RequestError: 422, naming the field.
    """
    fields = only_keys(body, required=("account_id",), optional=("as_of",))
    return DecisionRequest(_account(fields["account_id"]), _moment(fields.get("as_of")))


def opt_out_request(body: Any) -> OptOutRequest:
    """Reads `{"account_id": 17, "opted_out": true}`.

    Raises:
        RequestError: 422, naming the field.
    """
    fields = only_keys(body, required=("account_id", "opted_out"))
    if not isinstance(fields["opted_out"], bool):
        raise invalid("opted_out", "must be true or false")
    return OptOutRequest(_account(fields["account_id"]), fields["opted_out"])


def _account(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise invalid("account_id", "must be a whole number")
    if not 0 <= value <= LARGEST:
        raise invalid("account_id", "is not an account number")
    return value


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    refusal: RequestError = invalid(
        "as_of", "must be a moment in local time such as 2025-06-01T00:00:00, or null"
    )
    if not isinstance(value, str) or len(value) > 40:
        raise refusal
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise refusal from None
    if moment.tzinfo is not None:
        raise refusal
    return moment
