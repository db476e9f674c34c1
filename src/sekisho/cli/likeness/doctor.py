"""What `sekisho registry doctor` shows of persons: to the desk with vault and key alone."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sekisho.cli.likeness.show import has_key
from sekisho.errors import RefusedError
from sekisho.model import PDQ_BYTES
from sekisho.registry.doctor import Item
from sekisho.registry.likeness_reach import reaches
from sekisho.registry.nearness import PrintRow
from sekisho.store.database import RegistryDatabase
from sekisho.store.likenesses import Likenesses
from sekisho.trace.turned import turned_hashes

__all__ = ["unverified_persons"]


def unverified_persons(
    database: RegistryDatabase, rows: Sequence[PrintRow], items: Sequence[Item] | None, on: date
) -> list[dict[str, Any]]:
    """Return what registrations without a verified relation hold back.

    Args:
        database: the registry.
        rows: the prints of its works.
        items: of the background; None if there is none.
        on: the day.

    Raises:
        RefusedError: vault or private key of the registry are not on this machine.
    """
    root = database.root()[0]
    vault = Likenesses.find(root.registry) if has_key(root.registry) else None
    if vault is None:
        raise RefusedError(
            "registrations of persons are shown to the registry's desk alone",
            hint="its vault and its private key have to be on this machine",
        )
    works = [pdqs[at : at + PDQ_BYTES] for _, _, _, pdqs in rows for at in range(0, len(pdqs), PDQ_BYTES)]
    background = None if items is None else [pdqs for _, pdqs in items]
    found = reaches(vault.every(), root, on, works=works, background=background, turned=turned_hashes)
    return [asdict(one) for one in found]
