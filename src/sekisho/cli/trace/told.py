"""What the C2PA manifest of a found file claims, as one line of evidence among others."""

from collections.abc import Iterator
from dataclasses import asdict

from sekisho.locale import shown, text
from sekisho.store.provenance import Provenance, has_reader, read_provenance

__all__ = ["provenance_json", "provenance_text"]


def _read(data: bytes, media_type: str) -> Provenance | None:
    return read_provenance(data, media_type) if media_type and has_reader() else None


def provenance_json(data: bytes, media_type: str) -> dict[str, object] | None:
    """Return what a manifest claims; None if there is none, or nothing to read it with."""
    found = _read(data, media_type)
    return None if found is None else asdict(found) | {"trusted": None}


def provenance_text(data: bytes, media_type: str, lang: str) -> Iterator[str]:
    """Yield what a manifest claims and who says so; nothing if there is none."""
    if media_type and not has_reader():
        yield text("trace.c2pa_missing", lang)
        return
    found = _read(data, media_type)
    if found is None:
        return
    yield text("trace.c2pa", lang, signer=shown(found.signer or "?"), generator=shown(found.generator or "?"))
    if not found.holds:
        yield "  " + text("trace.c2pa_broken", lang, codes=shown(", ".join(found.problems)))
    for claim in (*found.actions, *found.training):
        yield "  " + text("trace.c2pa_claim", lang, claim=shown(claim))
    yield "  " + text("trace.c2pa_untrusted", lang)
