"""The forms of registered names as they lie in a segment: a table of hashes over them, and two filters.

    names.keys    (f,) uint32      of each form's key the 32 bits after the top b; forms are sorted by it
    names.starts  (2**b + 1,) uint32   where the forms begin whose key has these top b bits
    names.ends    (f + 1,) uint32  where each form begins in names.units, and the end
    names.units   uint16           UTF-16 of all forms; one for Latin words begins with U+0001
    names.owner   (f,) uint32      an entry's row, or 2**31 + position in names.shared
    names.shared  uint32           lists of entry rows, each after its length
    names.first   (2**c,) uint8    by the first two units (and, for a form of one, by that): bit 0 for forms
                                   of one unit, 1 of two, 2 of three, 3 of more
    names.fourth  (2**e / 8,) uint8    by the first four units: bit n of byte m for place 8 m + n
    names.lengths (2**d,) uint32   by the first four units: bit n for forms of n + 1 units, bit 31 for 32 and
                                   more, whose key is that of their first 32 units

    key = mix(step(... step(step(SEED, u0), u1) ...)); step(s, u) = (s ^ u) * STEP, in 64 bits
    mix(s): s ^= s >> 32; s *= MIX; s ^= s >> 29

The numbers b, c, d and e follow from f; without forms every section is empty. A text asks `first` at each
place, then `fourth`, which fits into a processor's cache; nearly all places end there.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from sekisho.lexicon.fold import fold_many
from sekisho.lexicon.forms import forms_of, name_texts
from sekisho.model import Name
from sekisho.snapshot.hashes import SHARED

__all__ = [
    "FORM_SECTIONS",
    "MARK",
    "MAX_KEYED",
    "MAX_OWNERS",
    "MIX",
    "NO_NAMES",
    "SEED",
    "STEP",
    "Bits",
    "Names",
    "bits_for",
    "build_names",
    "check_names",
    "decoded",
    "merged_names",
    "mix",
    "names_fit",
    "names_of",
    "step",
]

SEED = 0x9E3779B97F4A7C15
STEP = 0xD6E8FEB86659FD93
MIX = 0xFF51AFD7ED558CCD
MARK = 1
"""The first unit of a form for Latin words (`lexicon.forms.LATIN`)."""
MAX_KEYED = 32
"""Units; of a longer form the first ones are in the key."""
MAX_OWNERS = 64
"""Entries of one form that are named; with more the name says nothing any more."""
_PREFIX = 4
FORM_SECTIONS: Mapping[str, str] = {
    "keys": "<u4",
    "starts": "<u4",
    "ends": "<u4",
    "units": "<u2",
    "owner": "<u4",
    "shared": "<u4",
    "first": "u1",
    "fourth": "u1",
    "lengths": "<u4",
}
"""Sections and types, without `names.`; in the order of the file."""


class Bits(NamedTuple):
    """By how many bits the tables are addressed."""

    starts: int
    first: int
    fourth: int
    lengths: int


def bits_for(forms: int) -> Bits:
    """Choose the sizes of the tables. Bytes for 1e6 forms: 4 MB, 0.5 MB, 1 MB and 4 MB."""
    bits = max(8, forms.bit_length())
    return Bits(starts=min(bits, 28), first=min(bits, 19), fourth=min(bits + 3, 29), lengths=min(bits, 26))


class Names(NamedTuple):
    """The forms of one segment, or of all deltas together; see the module for each array."""

    keys: NDArray[np.uint32]
    starts: NDArray[np.uint32]
    ends: NDArray[np.uint32]
    units: NDArray[np.uint16]
    owner: NDArray[np.uint32]
    shared: NDArray[np.uint32]
    first: NDArray[np.uint8]
    fourth: NDArray[np.uint8]
    lengths: NDArray[np.uint32]

    def form(self, row: int) -> str:
        """Return the units of a form."""
        return self.units[self.ends[row] : self.ends[row + 1]].tobytes().decode("utf-16-le", "surrogatepass")

    def owners(self, row: int) -> tuple[int, ...]:
        """Return the entries that a form belongs to."""
        owner = int(self.owner[row])
        if owner < SHARED:
            return (owner,)
        at = owner - int(SHARED)
        return tuple(int(e) for e in self.shared[at + 1 : at + 1 + int(self.shared[at])])


NO_NAMES = Names(*(np.empty(0, np.dtype(kind)) for kind in FORM_SECTIONS.values()))


@numba.njit(cache=True, nogil=True, inline="always")
def step(state: np.uint64, unit: int) -> np.uint64:
    """Take one unit into a hash."""
    return (state ^ np.uint64(unit)) * np.uint64(STEP)


@numba.njit(cache=True, nogil=True, inline="always")
def mix(state: np.uint64) -> np.uint64:
    """Spread a hash over all bits."""
    state ^= state >> np.uint64(32)
    state *= np.uint64(MIX)
    return state ^ (state >> np.uint64(29))


@numba.njit(cache=True, nogil=True, inline="always")
def decoded(units: NDArray[np.uint16], at: int, end: int) -> tuple[int, int]:
    """Return the code point at a place of UTF-16, and where the next one begins."""
    unit = int(units[at])
    if 0xD800 <= unit < 0xDC00 and at + 1 < end:  # noqa: PLR2004 - surrogates
        return 0x10000 + ((unit - 0xD800) << 10) + (int(units[at + 1]) - 0xDC00), at + 2
    return unit, at + 1


@numba.njit(cache=True, nogil=True)
def _measured(units: NDArray[np.uint16], begin: int, end: int, states: NDArray[np.uint64]) -> tuple[int, int]:
    """Fill `states` with the hash after each of the first `MAX_KEYED` units; return their number and all."""
    state = np.uint64(SEED)
    at = begin
    if at < end and units[at] == MARK:
        state = step(state, MARK)
        at += 1
    count = 0
    while at < end:
        code, at = decoded(units, at, end)
        if count < MAX_KEYED:
            state = step(state, code)
            states[count] = state
        count += 1
    return min(count, MAX_KEYED), count


@numba.njit(cache=True, nogil=True)
def _keys(units: NDArray[np.uint16], ends: NDArray[np.uint32], keys: NDArray[np.uint64]) -> bool:
    """Fill the keys of all forms; tell whether each has a unit."""
    states = np.empty(MAX_KEYED, np.uint64)
    for row in range(len(keys)):
        keyed, _ = _measured(units, int(ends[row]), int(ends[row + 1]), states)
        if keyed == 0:
            return False
        keys[row] = mix(states[keyed - 1])
    return True


@numba.njit(cache=True, nogil=True)
def _filters(
    units: NDArray[np.uint16],
    ends: NDArray[np.uint32],
    first: NDArray[np.uint8],
    fourth: NDArray[np.uint8],
    lengths: NDArray[np.uint32],
    shifts: tuple[int, int, int],
) -> None:
    """Fill the filters; by `shifts` a hash is made to the place in each."""
    states = np.empty(MAX_KEYED, np.uint64)
    for row in range(len(ends) - 1):
        keyed, _ = _measured(units, int(ends[row]), int(ends[row + 1]), states)
        head = mix(states[min(keyed, 2) - 1]) >> np.uint64(shifts[0])
        first[head] |= np.uint8(1 << (min(keyed, _PREFIX) - 1))
        if keyed >= _PREFIX:
            key = mix(states[_PREFIX - 1])
            place = key >> np.uint64(shifts[1])
            fourth[place >> np.uint64(3)] |= np.uint8(1) << np.uint8(place & np.uint64(7))
            lengths[key >> np.uint64(shifts[2])] |= np.uint32(1) << np.uint32(keyed - 1)


def _filtered(
    units: NDArray[np.uint16], ends: NDArray[np.uint32], bits: Bits
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint32]]:
    """Return the filters `first`, `fourth` and `lengths` of some forms."""
    first, fourth = np.zeros(1 << bits.first, np.uint8), np.zeros(1 << (bits.fourth - 3), np.uint8)
    lengths = np.zeros(1 << bits.lengths, np.uint32)
    _filters(units, ends, first, fourth, lengths, (64 - bits.first, 64 - bits.fourth, 64 - bits.lengths))
    return first, fourth, lengths


def _middle(keys: NDArray[np.uint64], bits: int) -> NDArray[np.uint32]:
    """Return the 32 bits of keys after the top ones."""
    return ((keys << np.uint64(bits)) >> np.uint64(32)).astype(np.uint32)


def _bucketed(keys: NDArray[np.uint64], bits: int) -> NDArray[np.uint32]:
    """Return where the forms of each bucket begin."""
    top = (keys >> np.uint64(64 - bits)).astype(np.int64)
    counts = np.bincount(top, minlength=1 << bits)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32)


def _owned(owners: Sequence[Sequence[int]]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    shared: list[int] = []
    owner = np.empty(len(owners), np.uint32)
    for row, several in enumerate(owners):
        if len(several) == 1:
            owner[row] = several[0]
        else:
            owner[row] = int(SHARED) + len(shared)
            shared += [len(several), *several]
    return owner, np.array(shared, np.uint32)


def _blob(forms: Sequence[str]) -> tuple[NDArray[np.uint16], NDArray[np.uint32]]:
    encoded = [form.encode("utf-16-le", "surrogatepass") for form in forms]
    lengths = np.fromiter((len(e) // 2 for e in encoded), np.int64, len(encoded))
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint32)
    ends.flags.writeable = (
        False  # as in a mapped file: compiled code for arrays that can be written is another
    )
    return np.frombuffer(b"".join(encoded), "<u2"), ends


def _table(owners: Mapping[str, Sequence[int]]) -> Names:
    """Lay out forms, each with its owners in order."""
    if not owners:
        return NO_NAMES
    forms = sorted(owners)
    units, ends = _blob(forms)
    keys = np.empty(len(forms), np.uint64)
    _keys(units, ends, keys)
    order = np.argsort(keys, kind="stable")
    ordered = [forms[i] for i in order.tolist()]
    units, ends = _blob(ordered)
    bits = bits_for(len(forms))
    first, fourth, lengths = _filtered(units, ends, bits)
    owner, shared = _owned([owners[form][:MAX_OWNERS] for form in ordered])
    made = Names(
        keys=_middle(keys[order], bits.starts),
        starts=_bucketed(keys, bits.starts),
        ends=ends,
        units=units,
        owner=owner,
        shared=shared,
        first=first,
        fourth=fourth,
        lengths=lengths,
    )
    for array in made:
        array.flags.writeable = False
    return made


def build_names(entries: Sequence[Sequence[Name]], confirmed: Sequence[bool] = ()) -> Names:
    """Return the table of all forms of the names of entries; owners are their numbers. O(f log f).

    Args:
        entries: the names of each.
        confirmed: for each whether somebody vouched for it: those come first where a form has too many
            owners, so that nobody crowds them out.
    """
    texts = list(dict.fromkeys(text for names in entries for text in name_texts(names)))
    folded = fold_many(texts)
    by_text = {text: folded[row].text for row, text in enumerate(texts)}
    owners: dict[str, list[int]] = {}
    numbered = list(enumerate(entries))
    if any(confirmed):
        numbered.sort(key=lambda pair: not confirmed[pair[0]])
    for number, names in numbered:
        for units, _ in forms_of(names, by_text.__getitem__):
            numbers = owners.setdefault(units, [])
            if not numbers or numbers[-1] != number:
                numbers.append(number)
    return _table(owners)


def merged_names(parts: Sequence[tuple[Names, int]]) -> Names:
    """Merge the tables of checked segments into one.

    Args:
        parts: one or more, each with the number of its first entry in the edition.
    """
    owners: dict[str, list[int]] = {}
    for names, begin in parts:
        for row in range(len(names.keys)):
            owners.setdefault(names.form(row), []).extend(o + begin for o in names.owners(row))
    return _table(owners)


def names_of(sections: Mapping[str, memoryview]) -> Names:
    """Return the table as it lies in a segment; owners are rows of the segment."""
    return Names(
        *(np.frombuffer(sections[f"names.{name}"], np.dtype(t)) for name, t in FORM_SECTIONS.items())
    )


def names_fit(sections: Mapping[str, memoryview], forms: int) -> bool:
    """Check that every section of names has the length that the number of forms asks for. O(1)."""
    size = {name: len(sections.get(f"names.{name}", b"")) for name in FORM_SECTIONS}
    there = all(f"names.{name}" in sections for name in FORM_SECTIONS)
    if not forms:
        return there and not any(size.values())
    bits = bits_for(forms)
    fixed = {
        "keys": 4 * forms,
        "starts": 4 * ((1 << bits.starts) + 1),
        "ends": 4 * (forms + 1),
        "owner": 4 * forms,
        "first": 1 << bits.first,
        "fourth": 1 << (bits.fourth - 3),
        "lengths": 4 << bits.lengths,
    }
    return (
        there
        and all(size[name] == length for name, length in fixed.items())
        and size["units"] % 2 == 0
        and size["shared"] % 4 == 0
    )


def check_names(names: Names) -> bool:
    """Check everything that the search, which has no bounds checks, relies on; its owners excepted. O(units).

    The keys are worked out again: a form that lies where nobody finds it is refused as well.
    """
    forms = len(names.keys)
    if not forms:
        return True
    ends = names.ends.astype(np.int64)
    if ends[0] != 0 or ends[-1] != len(names.units) or bool((ends[1:] <= ends[:-1]).any()):
        return False
    keys = np.empty(forms, np.uint64)
    if not _keys(names.units, names.ends, keys) or bool((keys[1:] < keys[:-1]).any()):
        return False
    bits = bits_for(forms)
    filters = _filtered(names.units, names.ends, bits)
    return (
        np.array_equal(_middle(keys, bits.starts), names.keys)
        and np.array_equal(_bucketed(keys, bits.starts), names.starts)
        and np.array_equal(filters[0], names.first)
        and np.array_equal(filters[1], names.fourth)
        and np.array_equal(filters[2], names.lengths)
    )
