"""The signed response to an authority's request, made of `--reply` arguments, with its receipt."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sekisho.cases.results import Asked, open_asked
from sekisho.cli.case.desk import Desk
from sekisho.cli.given import require_file
from sekisho.cli.waiting import waiting_for_batch
from sekisho.codec.case import encode_response
from sekisho.errors import EvidenceError, UsageError
from sekisho.model import Answered, Reply, Response, utc
from sekisho.signing import RESPONSE, sign_statement
from sekisho.store.clock import now

__all__ = ["Prepared", "prepared", "respond"]

_HELD_BACK = "refused:"
_CHUNK = 1 << 20
_STEM, _END = 50, 12
"""Characters of a file's name and of its ending that are kept."""
_ODD = re.compile(r"[^\w.-]|[.](?=[.]|\Z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A response that can be signed, and the files that go with it, which nothing has copied yet."""

    response: Response
    files: tuple[tuple[str, str, Path], ...]


def _name(number: int, path: Path) -> str:
    """Return a name that can be carried anywhere: a file's own may hold newlines or lead elsewhere."""
    name = _ODD.sub("_", path.name)
    stem, end = (name[:-_END], name[-_END:]) if len(name) > _END else ("", name)
    return f"{number:02}-{stem[:_STEM]}{end}".rstrip(".")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def _reply(argument: str, count: int) -> tuple[Reply, Path | None]:
    number, equals, said = argument.partition("=")
    if not equals or not re.fullmatch("[0-9]{1,4}", number) or not 1 <= int(number) <= count:
        raise UsageError(f"{argument!r} is no reply", hint=f"NUMBER=FILE with a number from 1 to {count}")
    if said == Answered.NOT_HELD.value:
        return Reply(number=int(number), state=Answered.NOT_HELD), None
    if said.startswith(_HELD_BACK):
        reason = said.removeprefix(_HELD_BACK)
        if not reason.strip():
            raise UsageError("a refusal has a reason", hint=f"--reply {number}=refused:REASON")
        return Reply(number=int(number), state=Answered.REFUSED, reason=reason), None
    path = Path(said)
    require_file(path, hint="name a file, or say not_held, or refused:REASON")
    file = (_name(int(number), path), _digest(path))
    return Reply(number=int(number), state=Answered.ANSWERED, files=(file,)), path


def prepared(desk: Desk, case_id: str, replies: Sequence[str], *, refused: str = "") -> Prepared:
    """Return what is to be signed; nothing is written yet.

    Args:
        desk: of the operator.
        case_id: of the request.
        replies: as on the command line.
        refused: refuse all of it, for this reason.

    Raises:
        UsageError: a reply to nothing that was asked, or two to one thing.
        InputError: a reason is too long.
    """
    asked: Asked = open_asked(desk.folder.read(case_id, "request.json"))
    count = len(asked.request.scope)
    if refused:
        replies = [f"{number}={_HELD_BACK}{refused}" for number in range(1, count + 1)]
    made = [_reply(argument, count) for argument in replies]
    if len({reply.number for reply, _ in made}) != len(made):
        raise UsageError("two replies to one thing", hint="put several files into one archive")
    made.sort(key=lambda one: one[0].number)
    response = Response(
        operator=desk.signer.key, request=asked.digest, at=utc(now()), replies=tuple(r for r, _ in made)
    )
    encode_response(response)
    files = ((*reply.files[0], path) for reply, path in made if path is not None)
    return Prepared(response=response, files=tuple(files))


def respond(desk: Desk, case_id: str, made: Prepared) -> None:
    """Write the response, which waits for this machine's own log, and its files into the outbox of a case.

    Raises:
        EvidenceError: a file has changed meanwhile.
    """
    for name, digest, path in made.files:
        copy = desk.folder.stream_out(case_id, name, _chunks(path))
        if _digest(copy) != digest:
            copy.unlink()
            raise EvidenceError(f"{path} has changed meanwhile", hint="answer again; the case is decided")
    envelope = sign_statement(RESPONSE, encode_response(made.response), desk.signer)
    desk.folder.put_out(case_id, "response.json", waiting_for_batch(envelope))
