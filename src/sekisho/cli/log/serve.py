"""`sekisho log serve`: a log's files over HTTP."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from sekisho.cli.say import note
from sekisho.errors import NotFoundError
from sekisho.server.extra import require_extra

__all__ = ["Port", "serve"]

Port = Annotated[int, Parameter(validator=Number(gte=0, lte=65535))]


def serve(folder: Path, /, *, host: str = "127.0.0.1", port: Port = 8731) -> None:
    """Serve a log's checkpoint, tiles and entries over HTTP, as C2SP tlog-tiles says.

    Only reads; any web server that serves files can do the same. Needs the extra [serve]. Put a web
    server with TLS in front of it where strangers may come.

    Example: sekisho log serve ./log --port 8731

    Args:
        folder: The log's folder.
        host: Address to listen on; the default is reached from this machine only.
        port: 0 takes a free one.
    """
    require_extra()
    from sekisho.server.running import run  # noqa: PLC0415 - an extra
    from sekisho.server.tiles import tiles_app  # noqa: PLC0415

    if not (folder / "checkpoint").is_file():
        raise NotFoundError(f"there is no log with a checkpoint in {folder}", hint="sekisho log publish")
    run(tiles_app(folder), host=host, port=port, ready=lambda url: note(f"serving {folder} at {url}"))
