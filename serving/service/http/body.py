"""Reads request bodies as JSON, up to a size that is enforced while they arrive."""

from typing import Any

import msgspec
from starlette.requests import Request

from features.errors import RequestError

_DECODER = msgspec.json.Decoder()


async def read_json(request: Request, limit: int) -> Any:
    """The decoded JSON body.

    Raises:
        RequestError: 415 for another content type, 413 beyond `limit` bytes, 400 for what is not JSON.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RequestError("the content type must be application/json", status=415)
    body = await _read(request, limit)
    try:
        return _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise RequestError("the body is not valid JSON (NaN and Infinity are not)", status=400) from None


async def _read(request: Request, limit: int) -> bytes:
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise _too_large(limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> RequestError:
    return RequestError(f"the body is larger than {limit} bytes; send fewer rows at a time", status=413)
