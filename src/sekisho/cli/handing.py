"""Hand new registrations over in parcels, each with the vouch for its entries if there is a voucher."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from sekisho.cli.signers import signer_named
from sekisho.cli.submission import carry, deliver, local_voucher, registry_at
from sekisho.codec import encode_vouch
from sekisho.errors import RefusedError, UsageError
from sekisho.model import Entry, KeyId, Vouch
from sekisho.registry.parcels import Parcel
from sekisho.registry.submit import Verdict
from sekisho.signing import VOUCH, sign_statement
from sekisho.store.clock import today
from sekisho.store.keys import FileSigner

__all__ = ["hand_over", "vouched", "voucher_for"]


def voucher_for(name: str, holder: KeyId, registry: str | None, output: Path | None) -> FileSigner:
    """Load the key that vouches for a holder: the one that is named, or one that the root lists."""
    if not name and output is not None:
        raise UsageError("--trust verified with -o needs --voucher NAME")
    found = signer_named(name) if name else local_voucher(registry_at(registry).root()[0], holder)
    if found.key == holder:
        raise RefusedError("nobody can vouch for itself", hint="name another key in --voucher")
    return found


def _vouch(entries: Sequence[Entry], holder: KeyId, voucher: FileSigner) -> bytes:
    vouch = Vouch(
        id="", voucher=voucher.key, registrant=holder, entries=tuple(e.id for e in entries), on=today()
    )
    return sign_statement(VOUCH, encode_vouch(vouch), voucher)


def vouched(
    made: Iterable[Parcel], known: Iterable[Entry], holder: KeyId, voucher: FileSigner | None
) -> Iterator[tuple[bytes, ...]]:
    """Yield the statements of each parcel, and with them the vouch for its entries, which makes room.

    Args:
        made: parcels of new registrations; there may be none.
        known: entries that are registered already; the first vouch names them too.
        holder: of all entries.
        voucher: None if nobody vouches.
    """
    older = tuple(known)
    for parcel in chain(made, (Parcel(entries=(), envelopes=()),)):
        entries, older = (*older, *parcel.entries), ()
        named = (_vouch(entries, holder, voucher),) if voucher is not None and entries else ()
        if named or parcel.envelopes:
            yield *parcel.envelopes, *named


def hand_over(
    statements: Iterable[tuple[bytes, ...]],
    *,
    registry: str | None,
    output: Path | None,
    force: bool,
    quota: int,
) -> tuple[tuple[Verdict, ...], int]:
    """Write all statements to one file, or submit them parcel by parcel.

    Returns:
        The verdicts, and the exit code: 2 if the registry refused any of them.
    """
    if output is not None:
        return carry(chain.from_iterable(statements), output, force=force), 0
    verdicts: list[Verdict] = []
    codes = [0]
    for envelopes in statements:
        judged, code = deliver(envelopes, registry=registry, output=None, quota=quota)
        verdicts += judged
        codes.append(code)
    return tuple(verdicts), max(codes)
