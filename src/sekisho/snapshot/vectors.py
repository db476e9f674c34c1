"""Registered embeddings, model by model: float16 rows that are searched one after the other."""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import Annotated, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from sekisho.codec import canonical, parse_as
from sekisho.errors import InputError
from sekisho.model import MAX_DIMENSIONS
from sekisho.snapshot.pictures import rising

__all__ = [
    "ModelRows",
    "Vectors",
    "encode_models",
    "merged_vectors",
    "vector_lengths",
    "vectors_hold",
    "vectors_of",
]

SLACK = 0.02
"""By so much the length of a vector may differ from 1: what codec.traits allows, and the sum's rounding."""
_NEVER = -1
"""A length that no section has."""
_AT_A_TIME = 1 << 12
"""Rows that are widened to float32 at a time: 64 MB at 4096 dimensions."""

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
_Dimensions = Annotated[int, msgspec.Meta(ge=1, le=MAX_DIMENSIONS)]
_Rows = Annotated[int, msgspec.Meta(ge=1, le=2**32 - 1)]


class ModelRows(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """How many vectors there are of a model, and of how many dimensions each."""

    model: _Name
    dimensions: _Dimensions
    rows: _Rows


class Vectors(NamedTuple):
    """Vectors of one model and of one length.

    Attributes:
        entry: (v,) uint32, ascending; of the segment, or of the edition.
        print_: (v,) uint32, which print of its entry.
        values: (v, d) float16, each of length 1. Somebody can register vectors of another length for a
            model's name: those stand apart.
    """

    entry: NDArray[np.uint32]
    print_: NDArray[np.uint32]
    values: NDArray[np.float16]


def encode_models(models: Sequence[ModelRows]) -> bytes:
    """Encode the list of models."""
    return canonical([[m.model, m.dimensions, m.rows] for m in models])


def _models(section: memoryview) -> list[ModelRows]:
    """Return the list of models.

    Raises:
        InputError: it has another form, or is not sorted.
    """
    models = parse_as(section, list[ModelRows])
    named = [(m.model, m.dimensions) for m in models]
    if named != sorted(set(named)):
        raise InputError("models are sorted, none twice")
    return models


def vector_lengths(sections: Mapping[str, memoryview], vectors: int) -> dict[str, int]:
    """Return the bytes of every section of vectors; of none if the list of models does not fit the count."""
    try:
        models = _models(sections.get("vector.models", memoryview(b"")))
    except InputError:
        return {"vector.models": _NEVER}
    if sum(m.rows for m in models) != vectors:
        return {"vector.models": _NEVER}
    return {
        "vector.entry": 4 * vectors,
        "vector.print": 4 * vectors,
        "vector.values": 2 * sum(m.rows * m.dimensions for m in models),
    }


def vectors_of(sections: Mapping[str, memoryview]) -> Mapping[str, tuple[Vectors, ...]]:
    """Return the vectors of each model as they lie in a segment; entries are rows of the segment."""
    models = _models(sections["vector.models"])
    entry = np.frombuffer(sections["vector.entry"], "<u4")
    print_ = np.frombuffer(sections["vector.print"], "<u4")
    values = np.frombuffer(sections["vector.values"], "<f2")
    rows = pairwise(accumulate((m.rows for m in models), initial=0))
    cells = pairwise(accumulate((m.rows * m.dimensions for m in models), initial=0))
    found: dict[str, tuple[Vectors, ...]] = {}
    for model, (a, b), (c, d) in zip(models, rows, cells, strict=True):
        one = Vectors(entry[a:b], print_[a:b], values[c:d].reshape(-1, model.dimensions))
        found[model.model] = (*found.get(model.model, ()), one)
    return MappingProxyType(found)


def vectors_hold(vectors: Mapping[str, tuple[Vectors, ...]], entries: int) -> bool:
    """Check that entries are there, in order, and that all vectors are of numbers, and of length 1."""
    return all(
        not bool((some.entry >= entries).any()) and rising(some.entry, some.print_) and _of_length_1(some)
        for of_model in vectors.values()
        for some in of_model
    )


def _of_length_1(vectors: Vectors) -> bool:
    for at in range(0, len(vectors.values), _AT_A_TIME):
        wide = vectors.values[at : at + _AT_A_TIME].astype(np.float32)
        # A number that is none, or too large, fails the comparison.
        if not bool((np.abs(np.einsum("ij,ij->i", wide, wide) - 1) <= 2 * SLACK).all()):
            return False
    return True


def merged_vectors(
    base: Mapping[str, tuple[Vectors, ...]], parts: Sequence[tuple[Mapping[str, tuple[Vectors, ...]], int]]
) -> Mapping[str, tuple[Vectors, ...]]:
    """Return the vectors of an edition: of each model those of the base, then those of all deltas together.

    Args:
        base: as they lie in the file.
        parts: those of each delta, with the number of its first entry in the edition.
    """
    new: dict[tuple[str, int], list[Vectors]] = {}
    for vectors, first in parts:
        for model, of_model in vectors.items():
            for some in of_model:
                moved = some._replace(entry=some.entry + np.uint32(first))
                new.setdefault((model, some.values.shape[1]), []).append(moved)
    merged = dict(base)
    for (model, _), several in sorted(new.items(), key=lambda item: item[0]):
        one = Vectors(*(np.concatenate(column) for column in zip(*several, strict=True)))
        merged[model] = (*merged.get(model, ()), one)
    return MappingProxyType(merged)
