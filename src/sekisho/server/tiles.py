"""A log's files over HTTP, as they lie on disk. C2SP tlog-tiles.

Any web server can do the same. Only paths of the one canonical form are opened, so nothing beside
the log can be named.
"""

import gzip
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sekisho.errors import InputError
from sekisho.ledger.tiles import ENTRIES, parse_tile_path
from sekisho.ledger.witnessing import TEXT_TYPE

__all__ = ["tiles_app"]

NOT_FOUND = 404
_SHORT = "public, max-age=2"
_FOR_EVER = "public, max-age=31536000, immutable"
_BYTES = "application/octet-stream"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise HTTPException(NOT_FOUND, headers={"Cache-Control": "no-store"}) from error


def tiles_app(folder: Path) -> Starlette:
    """Return the log in `folder` as an ASGI application; it reads and never writes."""

    def checkpoint(_request: Request) -> Response:
        data = _read(folder / "checkpoint")
        return Response(data, media_type=TEXT_TYPE, headers={"Cache-Control": _SHORT})

    def tile(request: Request) -> Response:
        path = f"tile/{request.path_params['rest']}"
        try:
            level = parse_tile_path(path)[0]
        except InputError as error:
            raise HTTPException(NOT_FOUND) from error
        data = _read(folder / path)
        headers = {"Cache-Control": _FOR_EVER}
        if level == ENTRIES:
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in request.headers.get("Accept-Encoding", ""):
                data = gzip.compress(data, 6, mtime=0)
                headers["Content-Encoding"] = "gzip"
        return Response(data, media_type=_BYTES, headers=headers)

    return Starlette(
        routes=[
            Route("/checkpoint", checkpoint, methods=["GET"]),
            Route("/tile/{rest:path}", tile, methods=["GET"]),
        ]
    )
