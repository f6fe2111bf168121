"""Error answers and log lines: the field and what to do, never the input, never a stack trace."""

import logging
import traceback

import msgspec
from starlette.requests import Request
from starlette.responses import Response

LOG = logging.getLogger("headroom.serving")


def refusal(status: int, message: str, field: str = "", **headers: str) -> Response:
    """`{"error": {"field": …, "message": …}}`."""
    content = msgspec.json.encode({"error": {"field": field, "message": message}})
    return Response(content, status, headers, media_type="application/json")


def internal(request: Request, error: Exception) -> Response:
    """A 500 without detail; the log has the type of the error and its place, but no values."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename.rpartition('/')[2]}:{frame.lineno} in {frame.name}"
    LOG.error("%s at %s, answering %s", type(error).__name__, place, request.scope.get("headroom_route", "-"))
    return refusal(500, "internal error; nothing was decided")
