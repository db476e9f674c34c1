"""What a file says of itself about how it was made: by a model that was trained, wholly or in part.

`DigitalSourceType` of IPTC Photo Metadata 2023.1 (`Iptc4xmpExt`, XMP) and `digitalSourceType` of C2PA actions
(C2PA 2.2, 18.15) take a term of the IPTC NewsCodes, https://cv.iptc.org/newscodes/digitalsourcetype/. Two of
them are kept, since lawmakers ask for what models have made. It is a claim of whoever wrote it, about the
file and not about rights: no consent, no refusal and no coverage follow from it. That nothing is said does
not mean that no model was used.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sekisho.detect.signals.common import EMBEDDED, excerpt
from sekisho.model.signal import Signal, SignalFamily

__all__ = ["MADE_BY_MODELS", "actions_said", "source_type"]

MADE_BY_MODELS = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")
"""Made by a model; put together of several, one of which was."""
_KNOWN = {name.lower(): name for name in MADE_BY_MODELS}
_IPTC = ("Iptc4xmpExt:DigitalSourceType", "DigitalSourceType")


def source_type(value: object, place: str = EMBEDDED, *more: str) -> Signal | None:
    """Return a term that names a trained model as the maker; None for all others. O(1) of long values.

    Args:
        value: an address of the vocabulary, or the term alone.
        place: where it stands.
        more: further words of the note.
    """
    if not isinstance(value, str) or len(value) > 200:  # noqa: PLR2004 - longer than any address of it
        return None
    kind = _KNOWN.get(value.strip().rstrip("/").rpartition("/")[2].rpartition(":")[2].lower())
    if kind is None:
        return None
    note = "; ".join((kind, *more))
    return Signal(
        family=SignalFamily.SOURCE_TYPE, place=place, raw=excerpt(value.strip()), stances={}, note=note
    )


def actions_said(label: str, data: object, *more: str) -> Iterator[Signal]:
    """Yield what an assertion of a C2PA manifest says about how the file was made.

    Args:
        label: of the assertion.
        data: of the assertion; every field is from outside.
        more: further words of the notes.
    """
    if not isinstance(data, Mapping):
        return
    values: list[Any] = []
    if label.startswith("c2pa.actions"):
        actions = data.get("actions")
        listed = actions if isinstance(actions, list) else ()
        values = [action.get("digitalSourceType") for action in listed if isinstance(action, Mapping)]
    elif label.startswith("stds.iptc"):
        values = [data.get(name) for name in _IPTC]
    for value in dict.fromkeys(value for value in values if isinstance(value, str)):
        said = source_type(value, EMBEDDED, *more)
        if said is not None:
            yield said
