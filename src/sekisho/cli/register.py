"""`sekisho register`: fingerprints of one's own works become signed registrations."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from sekisho.cli.say import note, say
from sekisho.cli.submission import Flag, Output, deliver, local_voucher, registry_at, signer_named
from sekisho.codec import decode_registration, encode_registration, encode_vouch
from sekisho.errors import NotFoundError, RefusedError, UsageError
from sekisho.model import Entry, KeyId, Kind, Print, Vouch
from sekisho.registry.entries import Contents, contents_of, read_entries
from sekisho.registry.prints import by_file, read_prints
from sekisho.signing import REGISTRATION, VOUCH, sign_statement
from sekisho.store.clock import today
from sekisho.store.keys import FileSigner

__all__ = ["register"]

_REFUSED = {
    "likeness": "a photo of a person needs that person's consent, encryption and vouching",
    "listed": "listed files come only from an authority that vouches for them",
}
"""Kinds that this version refuses, with the reason."""


def _own_prints(file: Path, signer: FileSigner) -> tuple[Print, ...]:
    try:
        found = read_prints(file.read_bytes())
    except FileNotFoundError as error:
        raise NotFoundError(
            f"there is no file {file}", hint=f"sekisho fingerprint ./works -o {file} --holder {signer.name}"
        ) from error
    if found.holder != signer.key:
        raise RefusedError(
            f"{file} was signed by {found.holder}, not by {signer.key} ({signer.name})",
            hint="prints can be registered only by the holder who made them; fingerprint your own files",
        )
    return found.prints


def _payloads(
    prints: tuple[Print, ...], signer: FileSigner, kind: Kind, title: str, *, as_one: bool
) -> Sequence[bytes]:
    groups = (prints,) if as_one else by_file(prints)
    made = (
        encode_registration(holder=signer.registrant, kind=kind, title=title, on=today(), prints=group)
        for group in groups
    )
    return tuple(dict.fromkeys(made))


def _known(holder: KeyId, registry: str | None) -> Mapping[Contents, Entry]:
    """Return what the holder has registered already, on whatever day."""
    entries = read_entries(registry_at(registry).statements(REGISTRATION, holder))
    return {contents_of(entry): entry for entry in entries}


def _vouch(entries: Sequence[Entry], holder: KeyId, voucher: FileSigner) -> bytes:
    vouch = Vouch(
        id="", voucher=voucher.key, registrant=holder, entries=tuple(e.id for e in entries), on=today()
    )
    return sign_statement(VOUCH, encode_vouch(vouch), voucher)


def _voucher(name: str, holder: KeyId, registry: str | None, output: Path | None) -> FileSigner:
    if not name and output is not None:
        raise UsageError("--trust verified with -o needs --voucher NAME")
    found = signer_named(name) if name else local_voucher(registry_at(registry).root()[0], holder)
    if found.key == holder:
        raise RefusedError("nobody can vouch for itself", hint="name another key in --voucher")
    return found


def register(
    prints: Path,
    /,
    *,
    holder: str,
    kind: Literal["work", "character", "likeness", "listed"],
    title: str = "",
    as_one: Flag = False,
    trust: Literal["declared", "verified"] = "declared",
    voucher: str = "",
    registry: str | None = None,
    output: Output = None,
    force: Flag = False,
) -> int:
    """Register fingerprinted works or characters under your key.

    Each file becomes an entry of its own; with --as-one all files become one entry
    (the pages of a volume, the model sheets of a character). An entry is
    self-declared until a voucher of the registry confirms it.

    Example: sekisho register prints.jsonl --holder aozora --kind work

    Args:
        prints: The file that sekisho fingerprint wrote.
        holder: Your key; the same that signed the prints.
        kind: What the files show.
        title: Title of the entries, as others will see it.
        as_one: Make one entry of all files.
        trust: verified only with a voucher's key on this machine.
        voucher: The voucher's key; default: one that the registry's root lists.
        registry: The registry, a file or a database URL.
        output: Write the statements to this file instead, to be carried.
        force: Replace that file if it is there.
    """
    if kind in _REFUSED:
        raise RefusedError(f"--kind {kind} is refused: {_REFUSED[kind]}", hint="register works or characters")
    signer = signer_named(holder)
    payloads = _payloads(_own_prints(prints, signer), signer, Kind(kind), title, as_one=as_one)
    known = {} if output is not None else _known(signer.key, registry)
    entries = [decode_registration(p) for p in payloads]
    new = [(e, p) for e, p in zip(entries, payloads, strict=True) if contents_of(e) not in known]
    if len(new) < len(entries):
        note(f"{len(entries) - len(new)} of {len(entries)} are registered already and stay as they are")
    envelopes = [sign_statement(REGISTRATION, p, signer) for _, p in new]
    if trust == "verified":
        wanted = [known.get(contents_of(e), e) for e in entries]
        envelopes.append(_vouch(wanted, signer.key, _voucher(voucher, signer.key, registry, output)))
    verdicts, code = deliver(envelopes, registry=registry, output=output, force=force)
    kept = {v.id for v in verdicts if v.kept}
    for entry, _ in new:
        if entry.id in kept:
            say(f"{entry.id}  {entry.kind}  {len(entry.prints)} fingerprints  {entry.title}".rstrip())
    return code
