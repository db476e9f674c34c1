"""`sekisho registry common`: the list of pictures that are nobody's alone."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from cyclopts import App

from sekisho.cli.parameters import Flag, Output
from sekisho.cli.say import complain, note, say
from sekisho.cli.signers import signer_named
from sekisho.cli.submission import deliver, registry_at, say_kept
from sekisho.codec import encode_common, encode_revocation
from sekisho.errors import NotFoundError, UsageError
from sekisho.locale import shown
from sekisho.model import Common, GrantId, KeyId, Print, Revocation
from sekisho.registry.common import common_content
from sekisho.registry.fingerprinted import FileLimits, Only, made_of_file
from sekisho.registry.seen import Sight
from sekisho.registry.selection import Placed, prints_of
from sekisho.signing import COMMON, REVOCATION, sign_statement
from sekisho.store.clock import today
from sekisho.store.works import list_works, opened

__all__ = ["common"]

_LIMITS = FileLimits(only=Only.PICTURES, sight=Sight(local=True))

common = App(
    name="common",
    help="""Keep the list of common content: signs, stock pictures, public domain.

    A registration that has a picture of the list is refused, one that has a part of it or
    is near to it is kept with a warning. The list is signed by a voucher of the registry
    and is not published.

    Example: sekisho registry common list
    """,
)


def _prints(paths: Sequence[Path]) -> Iterator[tuple[str, Print]]:
    """Yield the name and the fingerprint of each picture."""
    for work in list_works(paths):
        with opened(work) as reader:
            made = made_of_file(work.name, reader, _LIMITS)
        if made.problem is not None or made.film:
            complain(
                f"{work.name}: {made.problem.reason if made.problem is not None else 'a film'}: left out"
            )
        for page in made.pages if not made.film else ():
            first = next(prints_of(Placed(name="", made=made, volume=0), page))
            yield work.name, first


@common.command
def add(
    *paths: Path,
    by: str,
    title: str = "",
    registry: str | None = None,
    output: Output = None,
    force: Flag = False,
) -> int:
    """Put pictures on the list: their hashes and local features, never the pictures.

    Example: sekisho registry common add ./signs --by assoc-desk --title "road signs"

    Args:
        paths: Pictures, and folders of them.
        by: A voucher's key.
        title: What they are; default: the name of each file.
        registry: The registry, a file or a database URL.
        output: Write the statements to this file instead, to be carried.
        force: Replace that file if it is there.
    """
    if not paths:
        raise UsageError("no picture was given", hint="sekisho registry common add FILE... --by VOUCHER")
    signer = signer_named(by)
    envelopes = []
    for name, found in _prints(paths):
        made = Common(id="", by=signer.key, title=(title or name)[:200], on=today(), print=found)
        envelopes.append(sign_statement(COMMON, encode_common(made), signer))
    if not envelopes:
        raise NotFoundError("there is no picture that could be read", hint="nothing was kept")
    verdicts, code = deliver(envelopes, registry=registry, output=output, force=force)
    say_kept(verdicts)
    return code


@common.command(name="list")
def list_(*, registry: str | None = None) -> None:
    """Show the list: id, voucher, day, whether there are local features, title.

    Example: sekisho registry common list

    Args:
        registry: The registry, a file or a database URL.
    """
    with registry_at(registry).batch() as shelf:
        found = common_content(shelf, today())
    for one in found:
        how = "parts" if one.print.traits is not None else "whole"
        say(f"{one.id}  {one.by}  {one.on}  {how}  {shown(one.title)}".rstrip())
    note(f"{len(found)} pictures are common content")


@common.command
def remove(
    *ids: str,
    by: str,
    registry: str | None = None,
    output: Output = None,
    force: Flag = False,
) -> int:
    """Take pictures off the list; only the voucher who put one on it can.

    Example: sekisho registry common remove c-0123... --by assoc-desk

    Args:
        ids: Ids as `list` shows them.
        by: The voucher's key.
        registry: The registry, a file or a database URL.
        output: Write the statements to this file instead, to be carried.
        force: Replace that file if it is there.
    """
    if not ids or not all(one.startswith("c-") for one in ids):
        raise UsageError("name the ids of common content, c-...", hint="sekisho registry common list")
    signer = signer_named(by)
    envelopes = [_ended(one, signer.key) for one in ids]
    signed = [sign_statement(REVOCATION, payload, signer) for payload in envelopes]
    verdicts, code = deliver(signed, registry=registry, output=output, force=force)
    say_kept(verdicts)
    return code


def _ended(one: str, by: KeyId) -> bytes:
    return encode_revocation(Revocation(id="", registrant=by, grant=GrantId(one), on=today()))
