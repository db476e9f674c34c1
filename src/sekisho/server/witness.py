"""A witness over HTTP: `POST /add-checkpoint`, `GET /<hex sha256(origin)>/checkpoint`. C2SP tlog-witness.

The rules are in `ledger.witnessing`, the memory is in `store.witness_heads`; here only bytes pass.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sekisho.errors import SekishoError
from sekisho.ledger.note import NoteKey
from sekisho.ledger.witnessing import MAX_REQUEST, TEXT_TYPE, Answer, admit, decide
from sekisho.server.body import SECONDS, read_body
from sekisho.signing import Signer
from sekisho.store.witness_heads import WitnessHeads

__all__ = ["WitnessService", "witness_app"]

NOT_FOUND, UNAVAILABLE = 404, 503


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessService:
    """A witness: its key, what it remembers, and whom it knows.

    Attributes:
        name: of the witness, as in its vkey.
        logs: the keys of each log that may ask, by origin.
        clock: returns the time, aware UTC.
    """

    name: str
    signer: Signer
    logs: Mapping[str, Sequence[NoteKey]]
    heads: WitnessHeads
    clock: Callable[[], datetime]

    def answer(self, body: bytes) -> Answer:
        """Answer a request; what is cosigned is on disk before this returns.

        Raises:
            SekishoError: the memory can not be used; nothing was cosigned.
        """
        request = admit(body, self.logs)
        if isinstance(request, Answer):
            return request
        return self.heads.settle(
            request.checkpoint.origin,
            lambda head: decide(request, head, self.name, self.signer, self.clock()),
        )

    def checkpoint(self, digest: str) -> bytes | None:
        """Return the newest checkpoint cosigned for the log whose origin has this SHA-256 in hex."""
        origin = next((o for o in self.logs if hashlib.sha256(o.encode()).hexdigest() == digest), None)
        head = None if origin is None else self.heads.head(origin)
        return None if head is None else head.note


def witness_app(service: WitnessService, *, seconds: float = SECONDS) -> Starlette:
    """Return the witness as an ASGI application; `seconds` is how long a client may take to send."""

    async def add_checkpoint(request: Request) -> Response:
        body = await read_body(request, MAX_REQUEST, seconds)
        try:
            answer = await run_in_threadpool(service.answer, body)
        except SekishoError as error:
            raise HTTPException(UNAVAILABLE, "the witness can not answer now") from error
        return Response(answer.body, answer.status, media_type=answer.type)

    def checkpoint(request: Request) -> Response:
        note = service.checkpoint(request.path_params["digest"])
        if note is None:
            raise HTTPException(NOT_FOUND)
        return Response(note, media_type=TEXT_TYPE, headers={"Cache-Control": "no-store"})

    return Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/{digest}/checkpoint", checkpoint, methods=["GET"]),
        ]
    )
