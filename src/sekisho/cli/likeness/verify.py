"""`sekisho registry vouch --entry l-...`: the desk confirms who the holder of a registration is."""

from collections.abc import Sequence

from sekisho.codec.likeness import encode_verification
from sekisho.errors import UsageError
from sekisho.model import EntryId, Relation
from sekisho.model.likeness import Verification
from sekisho.signing import VERIFICATION, sign_statement
from sekisho.store.clock import today
from sekisho.store.keys import FileSigner

__all__ = ["verifications"]


def verifications(entries: Sequence[str], relation: str | None, signer: FileSigner) -> tuple[bytes, ...]:
    """Return the signed verifications of some registrations.

    Args:
        entries: their ids (l-).
        relation: as the desk has found it; the registry refuses another than was declared.
        signer: a voucher.

    Raises:
        UsageError: no relation, no entry, or an entry of another kind.
    """
    if not relation or not entries or not all(e.startswith("l-") for e in entries):
        raise UsageError(
            "--relation says who the holder of a photo is to the person, and goes with --entry l-...",
            hint="sekisho registry vouch --entry l-0123... --relation guardian --by assoc-desk",
        )
    made = (
        Verification(id="", by=signer.key, entry=EntryId(e), relation=Relation(relation), on=today())
        for e in dict.fromkeys(entries)
    )
    return tuple(sign_statement(VERIFICATION, encode_verification(v), signer) for v in made)
