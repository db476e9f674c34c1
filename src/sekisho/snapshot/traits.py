"""Statements of traits -> the sections of pictures, vectors and films of one segment.

They are read one after the other: a registry can hold more of them than memory; what is compared of
them is put into flat arrays at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sekisho.codec import read_traits
from sekisho.model import FEATURE_BYTES, MIN_QUALITY, Entry, Film, Local, Print, Vector
from sekisho.signing import TRAITS
from sekisho.snapshot.gathered import Kind, Owner, owned_statement
from sekisho.snapshot.hashes import Owned
from sekisho.snapshot.local_tables import build_local_tables, no_tables
from sekisho.snapshot.pictures import feature_entries
from sekisho.snapshot.stock import Standing
from sekisho.snapshot.vectors import ModelRows, encode_models

__all__ = ["GatheredTraits", "gather_traits", "trait_sections", "traits_of"]

_DESCRIPTOR_BYTES = 32
_NO_PDQ = bytes(32)
_TRAITS = Kind(TRAITS, "t", "traits", "picture")

Content = bytes | bytearray | NDArray[Any]


class _Place(NamedTuple):
    """An entry's number, and which of its prints."""

    entry: int
    print_: int


@dataclass(frozen=True, slots=True)
class _OfModel:
    places: list[_Place] = field(default_factory=list)
    values: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True, slots=True)
class GatheredTraits:
    """The traits of all entries, in the order of their rows and prints.

    Attributes:
        pictures, sizes, counts: of those with local features: place, (width, height), features.
        pdq, descriptors, places: bytes of their columns.
        vectors: by model and dimensions.
        films, durations, frames: of films: place, milliseconds, frames that are compared.
        times, hashes: of those frames: milliseconds, PDQ; an owner of `hashes` is its film's entry.
    """

    pictures: list[_Place] = field(default_factory=list)
    sizes: list[tuple[int, int]] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    pdq: bytearray = field(default_factory=bytearray)
    descriptors: bytearray = field(default_factory=bytearray)
    places: bytearray = field(default_factory=bytearray)
    vectors: dict[tuple[str, int], _OfModel] = field(default_factory=dict)
    films: list[_Place] = field(default_factory=list)
    durations: list[int] = field(default_factory=list)
    frames: list[int] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    hashes: bytearray = field(default_factory=bytearray)

    def frame_owners(self) -> NDArray[np.uint32]:
        """Return the entry of each frame that is compared, (g,)."""
        entry = np.array([place.entry for place in self.films], np.uint32)
        return np.repeat(entry, np.array(self.frames, np.int64))


def traits_of(entry: Entry) -> dict[str, int]:
    """Return the ids (t-) of the traits that an entry names, each with the first print that does."""
    named: dict[str, int] = {}
    for number, one in enumerate(entry.prints):
        if isinstance(one.traits, str):
            named.setdefault(one.traits, number)
    return named


def gather_traits(owners: Sequence[Owner], traits: Callable[[str], bytes | None]) -> GatheredTraits:
    """Read the traits of some entries.

    Args:
        owners: in the order of their rows.
        traits: looks up a statement by its id (t-).

    Raises:
        InputError: a statement is missing, of another signer, or has the wrong form.
    """
    gathered = GatheredTraits()
    for number, owner in enumerate(owners):
        # Each once: a registration that names one picture a thousand times would fill the memory with it.
        for named, print_ in traits_of(owner.entry).items():
            found = owned_statement(named, owner, traits, _TRAITS, read_traits)
            place = _Place(number, print_)
            if found.local is not None:
                _add_picture(gathered, place, found.local, owner.entry.prints[print_])
            for vector in found.vectors:
                _add_vector(gathered, place, vector)
            if found.film is not None:
                _add_film(gathered, place, found.film)
    return gathered


def _add_picture(gathered: GatheredTraits, place: _Place, local: Local, of: Print) -> None:
    rows = np.frombuffer(local.rows, np.uint8).reshape(-1, FEATURE_BYTES)
    gathered.pictures.append(place)
    gathered.sizes.append((local.width, local.height))
    gathered.counts.append(len(rows))
    gathered.pdq.extend(of.pdq or _NO_PDQ)
    gathered.descriptors.extend(rows[:, :_DESCRIPTOR_BYTES].tobytes())
    gathered.places.extend(rows[:, _DESCRIPTOR_BYTES:].tobytes())


def _add_vector(gathered: GatheredTraits, place: _Place, vector: Vector) -> None:
    of_model = gathered.vectors.setdefault((vector.model, len(vector.values) // 2), _OfModel())
    of_model.places.append(place)
    of_model.values.extend(vector.values)


def _add_film(gathered: GatheredTraits, place: _Place, film: Film) -> None:
    compared = [frame for frame in film.frames if frame.quality >= MIN_QUALITY]
    if not compared:
        return
    gathered.films.append(place)
    gathered.durations.append(film.duration)
    gathered.frames.append(len(compared))
    gathered.times.extend(frame.at for frame in compared)
    gathered.hashes.extend(b"".join(frame.pdq for frame in compared))


def _columns(places: Sequence[_Place]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    both = np.array(places, np.uint32).reshape(-1, 2)
    return both[:, 0].copy(), both[:, 1].copy()


def _offsets(counts: Sequence[int]) -> NDArray[np.uint64]:
    return np.concatenate([np.zeros(1, np.uint64), np.cumsum(np.array(counts, np.uint64))])


def trait_sections(
    gathered: GatheredTraits, pdq: Owned, standing: Standing, *, tabled: bool
) -> dict[str, Content]:
    """Return the sections of pictures, vectors and films.

    Args:
        gathered: of all entries of the segment.
        pdq: its table of hashes, with those of the films' frames.
        standing: of all entries of the segment.
        tabled: whether local features get hash tables, as in a base.
    """
    return {
        **_picture_sections(gathered, standing, tabled=tabled),
        **_vector_sections(gathered),
        **_film_sections(gathered, pdq),
    }


def _picture_sections(gathered: GatheredTraits, standing: Standing, *, tabled: bool) -> dict[str, Content]:
    entry, print_ = _columns(gathered.pictures)
    descriptors = np.frombuffer(gathered.descriptors, "<u8").reshape(-1, 4)
    first = _offsets(gathered.counts)
    tables = no_tables()
    if tabled:
        tables = build_local_tables(descriptors, feature_entries(entry, first), standing)
    return {
        "picture.entry": entry,
        "picture.print": print_,
        "picture.pdq": gathered.pdq,
        "picture.size": np.array(gathered.sizes, np.uint16),
        "picture.first": first,
        "local.descriptors": gathered.descriptors,
        "local.places": gathered.places,
        "local.starts": tables.starts,
        "local.ids": tables.ids,
    }


def _vector_sections(gathered: GatheredTraits) -> dict[str, Content]:
    models = sorted(gathered.vectors)
    several = [gathered.vectors[model] for model in models]
    entry, print_ = _columns([place for one in several for place in one.places])
    rows = [
        ModelRows(model, dimensions, len(one.places))
        for (model, dimensions), one in zip(models, several, strict=True)
    ]
    return {
        "vector.models": encode_models(rows),
        "vector.entry": entry,
        "vector.print": print_,
        "vector.values": b"".join(one.values for one in several),
    }


def _film_sections(gathered: GatheredTraits, pdq: Owned) -> dict[str, Content]:
    entry, print_ = _columns(gathered.films)
    hashes = np.frombuffer(gathered.hashes, np.dtype("S32"))
    return {
        "film.entry": entry,
        "film.print": print_,
        "film.duration": np.array(gathered.durations, np.uint32),
        "film.first": _offsets(gathered.frames),
        "film.time": np.array(gathered.times, np.uint32),
        "film.row": np.searchsorted(pdq.values, hashes).astype(np.uint32),
    }
