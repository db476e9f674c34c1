"""Read what a client sends: at most so many bytes, in at most so many seconds."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

__all__ = ["SECONDS", "read_body"]

SECONDS = 10.0
TOO_SLOW, TOO_LARGE, GONE = 408, 413, 400
_END = {"Connection": "close"}
"""What the client still has to send is not waited for."""


async def read_body(request: Request, limit: int, seconds: float = SECONDS) -> bytes:
    """Return the body of a request.

    Raises:
        HTTPException: 413 above the limit, 408 if it takes too long, 400 if the client goes away.
    """
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size > limit:
                    raise HTTPException(TOO_LARGE, f"a request has at most {limit} bytes", _END)
                parts.append(part)
    except TimeoutError as error:
        raise HTTPException(TOO_SLOW, "the request took too long", _END) from error
    except ClientDisconnect as error:
        raise HTTPException(GONE, "the client went away") from error
    return b"".join(parts)
