"""Find the page of an entry that a finding met: a registration says where in the work each print stands."""

from collections.abc import Iterable, Mapping
from typing import Any

from sekisho.audit.report.facts import finding_detail
from sekisho.audit.report.parts import OF_PART, part_of
from sekisho.fingerprint import DIHEDRAL
from sekisho.model import PDQ_BYTES, Method, Print

__all__ = ["locate"]


def _compared(row: Mapping[str, Any], detail: Mapping[str, Any]) -> bytes | None:
    """Return the 32 bytes that met the entry: of the frame and the orientation that the finding names."""
    frame, turn = detail.get("frame", 0), DIHEDRAL.index(detail.get("orientation", DIHEDRAL[0]))
    met = row["frames"][frame - 1] if frame else row
    if not turn:
        return bytes(met["pdq"])
    turned = met["turned" if frame else "pdq_turned"]
    return None if turned is None else bytes(turned[PDQ_BYTES * (turn - 1) : PDQ_BYTES * turn])


def _of_part(finding: Mapping[str, Any], prints: Iterable[Print]) -> str:
    """Return where the print stands whose number the finding names."""
    part = part_of(finding)
    if part is None or part.number is None:
        return ""
    return next((p.at for number, p in enumerate(prints) if number == part.number), "")


def _distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def locate(row: Mapping[str, Any], finding: Mapping[str, Any], prints: Iterable[Print]) -> str:
    """Say where in an entry the print stands that a finding met.

    Args:
        row: the item's row of the decisions, with all its columns.
        finding: one of its findings.
        prints: of the finding's entry, as registered.

    Returns:
        Numbers from 1 with slashes, volume before page; of several that met equally well the first in
        the registration. Empty if the registration does not say, or the row does not fit the entry.
    """
    try:
        if finding["method"] == Method.SHA256:
            wanted = row["sha256"]
            return next((p.at for p in prints if p.sha256 == wanted), "")
        if finding["method"] in OF_PART:
            return _of_part(finding, prints)
        met = _compared(row, finding_detail(finding))
    except (KeyError, IndexError, TypeError, ValueError):
        # A row of a tool that writes less, or an orientation that this one does not know.
        return ""
    if met is None:
        return ""
    far = [(_distance(met, p.pdq), number, p.at) for number, p in enumerate(prints) if p.pdq is not None]
    distance, _, at = min(far, default=(-1, 0, ""))
    return at if distance == finding["distance"] else ""
