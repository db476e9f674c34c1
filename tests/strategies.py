"""Hypothesis strategies for what statements are made of."""

import base64
import struct
from datetime import date

from hypothesis import strategies as st

from sekisho.model import (
    PASSAGE_BUCKET,
    EntryId,
    Film,
    Frame,
    GrantId,
    KeyId,
    Local,
    Name,
    Passages,
    Print,
    Traits,
    Vector,
)

__all__ = [
    "days",
    "digests",
    "entry_ids",
    "grant_ids",
    "ids",
    "keys",
    "labels",
    "names",
    "passages",
    "prints",
    "territories",
    "text_prints",
    "traits",
]


def _key(raw: bytes) -> KeyId:
    return KeyId("ed25519:" + base64.urlsafe_b64encode(raw).rstrip(b"=").decode())


def ids(prefix):
    """Return a strategy for the ids of one type of statement."""
    return st.binary(min_size=16, max_size=16).map(lambda raw: f"{prefix}-{raw.hex()}")


keys = st.binary(min_size=32, max_size=32).map(_key)
labels = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
days = st.dates(date(1000, 1, 1), date(9999, 12, 31))
digests = st.binary(min_size=32, max_size=32)
entry_ids = ids("e").map(EntryId)
grant_ids = ids("g").map(GrantId)
locators = st.lists(st.integers(1, 9_999_999), max_size=4).map(lambda parts: "/".join(map(str, parts)))
territories = st.sampled_from(["*", "JP", "JP-13", "US", "GB-ENG"])
prints = st.builds(
    Print,
    sha256=digests,
    pdq=st.none() | digests,
    quality=st.none() | st.integers(0, 100),
    decode_profile=st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True),
    at=locators,
)

_hashes = st.integers(0, 2**48 - 1)
_names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@st.composite
def passages(draw):
    """Draw the passages of a text, or the line of a short work."""
    if draw(st.booleans()):
        return Passages(units=draw(st.integers(1, 39)), buckets=((),), line=draw(_hashes))
    units = draw(st.integers(40, 2000))
    bucket = st.sets(_hashes, max_size=6).map(sorted).map(tuple)
    count = -(-units // PASSAGE_BUCKET)
    return Passages(units=units, buckets=tuple(draw(bucket) for _ in range(count)))


text_prints = st.builds(Print, sha256=digests, passages=ids("p"), decode_profile=st.just("passages-1"))
names = st.builds(
    Name,
    text=_names.filter(str.strip),
    reading=st.just("") | _names,
    qualifier=st.lists(_names, max_size=3).map(tuple),
)


@st.composite
def _locals(draw):
    width, height = draw(st.integers(1, 512)), draw(st.integers(1, 512))
    places = st.tuples(st.integers(0, 64 * width), st.integers(0, 64 * height))
    rows = draw(st.lists(st.tuples(digests, places, st.integers(0, 255), st.integers(0, 31)), min_size=1))
    packed = b"".join(struct.pack("<32sHHBB", d, *place, angle, level) for d, place, angle, level in rows)
    return Local(width=width, height=height, rows=packed)


@st.composite
def _films(draw):
    times = sorted(draw(st.sets(st.integers(0, 2**32 - 1), min_size=1, max_size=5)))
    frames = tuple(Frame(at=at, pdq=draw(digests), quality=draw(st.integers(0, 100))) for at in times)
    return Film(duration=draw(st.integers(times[-1], 2**32 - 1)), frames=frames)


@st.composite
def _vectors(draw):
    """Draw a vector of each model: float16 of length 1, of which the sign of each number is drawn."""
    name = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}@[0-9a-f]{16}", fullmatch=True)
    signs = st.lists(st.sampled_from([-0.5, 0.5]), min_size=4, max_size=4)
    models = sorted(draw(st.sets(name, min_size=1, max_size=3)))
    return tuple(Vector(model=model, values=struct.pack("<4e", *draw(signs))) for model in models)


traits = st.one_of(
    st.builds(Traits, film=_films()),
    st.builds(Traits, local=_locals(), vectors=st.just(()) | _vectors()),
    st.builds(Traits, vectors=_vectors()),
)
