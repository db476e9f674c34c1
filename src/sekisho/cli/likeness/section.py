"""`sekisho snapshot publish --for`: the section about persons for one operator, beside an edition."""

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sekisho.cli.say import note, say
from sekisho.model import KeyId, Purpose, Root
from sekisho.registry.protected import SECRET_BYTES, Section, encode_section, likeness_rows
from sekisho.registry.publish import Edition
from sekisho.snapshot.protected import ListedRow, build_protected
from sekisho.snapshot.protected_head import LONGEST
from sekisho.store.atomic import write_atomic
from sekisho.store.clock import today
from sekisho.store.dropped import protected_file
from sekisho.store.keys import FileSigner
from sekisho.store.likenesses import Likenesses

__all__ = ["publish_section"]

_FILLING = "nobody"


def publish_section(
    root: Root,
    edition: Edition,
    signer: FileSigner,
    *,
    recipient: KeyId,
    purpose: Purpose,
    listed: Sequence[ListedRow],
    output: Path,
) -> None:
    """Write the section for one operator, and keep in the vault to whom it went.

    Args:
        root: of the registry.
        edition: beside which it lies.
        signer: the registry.
        recipient: the operator.
        purpose: what for; whoever consents to it is left out.
        listed: rows of listed files, with handles.
        output: the edition's file.
    """
    vault = Likenesses.open(root.registry)
    section = Section(
        edition=edition.number,
        snapshot=edition.digest,
        recipient=recipient,
        purpose=purpose,
        created=today(),
        expires=today() + LONGEST,
        secret=os.urandom(SECRET_BYTES),
    )
    filling = vault.records.vault.place_of(_FILLING)
    filled = likeness_rows(vault.every(), root, section, filling=filling)
    data = build_protected(
        registry=root.registry,
        edition=edition.number,
        snapshot=edition.digest,
        recipient=recipient,
        purpose=purpose,
        created=section.created,
        expires=section.expires,
        likeness=filled.rows,
        listed=listed,
        signer=signer,
    )
    # Kept first: of a section that somebody has, the vault must know the handles.
    vault.keep_section(section.name, encode_section(section), filled.entries)
    file = protected_file(output)
    write_atomic(file, (data,), force=True, mode=0o600)
    say(f"{file}  for {recipient}, {purpose}")
    last = section.expires - timedelta(days=1)
    note(f"it is used until {last}, by this operator alone; hand it over safely")
