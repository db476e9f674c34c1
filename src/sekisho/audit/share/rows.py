"""Choose the rows of a run that concern one registrant, and prove each without showing the others.

A row is given if one of the registrant's entries was found in it. Of its findings only the
registrant's are opened; the others stay commitments. A row in which anything about a person or
anything listed was found is not given to anybody, and not counted.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sekisho.audit.leaves import TILE_ROWS, columns_of, disclose, leaf_of, tile_roots
from sekisho.audit.shape import Manifest
from sekisho.audit.share.bundle import PRIVATE_KINDS, Opened, SharedRow
from sekisho.errors import EvidenceError
from sekisho.ledger.tree import HASH_BYTES, level_path, tree_levels

__all__ = ["Part", "Parts", "UnitTree", "shared_rows"]

Row = Mapping[str, Any]
Places = NDArray[np.int64]


class Part(Protocol):
    """The decisions of one unit, of which only what is asked for is read; `store.parts` offers it."""

    def findings(self) -> pa.ListArray:
        """Return the findings of every row: list of struct with `kind` and `entry`."""

    def tiles(self) -> Sequence[bytes]:
        """Return the roots of every `TILE_ROWS` leaves, if they are kept; nothing relies on them."""

    def leaves(self) -> bytes:
        """Return the leaves of all rows, one after the other."""

    def rows(self, places: Places, columns: Sequence[str]) -> Sequence[Row]:
        """Return some columns of the rows at some places, ascending."""


class Parts(Protocol):
    """The parts of a run, by unit."""

    def open(self, unit: str) -> AbstractContextManager[Part]:
        """Open the part of a unit."""


def shared_rows(parts: Parts, manifest: Manifest, key: bytes, own: Collection[str]) -> Iterator[SharedRow]:
    """Yield a registrant's rows in the order of the run, each with its proof.

    Args:
        parts: of the run.
        manifest: manifest.json, checked.
        key: the run's row key.
        own: the ids of the registrant's entries.

    Raises:
        EvidenceError: a row or a tree is not what the manifest names.
    """
    mine = pa.array(sorted(own), pa.string())
    for number, unit in enumerate(manifest["units"]):
        with parts.open(unit["id"]) as part:
            places = _places(part.findings(), mine)
            if len(places):
                tree = UnitTree(unit, part.leaves(), part.tiles())
                rows = zip(places.tolist(), part.rows(places, columns_of(manifest)), strict=True)
                yield from _prove(tree, unit, number, rows, key, frozenset(own))


def _places(findings: pa.ListArray, mine: pa.Array) -> Places:
    """Return the places of the rows that have a finding of the registrant's, and none that is private."""
    flat, rows = pc.list_flatten(findings), pc.list_parent_indices(findings)
    is_private = pc.is_in(flat.field("kind"), pa.array(sorted(PRIVATE_KINDS)))
    found = rows.filter(pc.is_in(flat.field("entry"), mine)).to_numpy(zero_copy_only=False)
    private = rows.filter(is_private).to_numpy(zero_copy_only=False)
    return np.setdiff1d(found, private).astype(np.int64)


class UnitTree:
    """The leaves of one unit, of which only the tiles that are asked for are hashed."""

    def __init__(self, unit: Row, leaves: bytes, tiles: Sequence[bytes]) -> None:
        """Take the leaves, and the roots of the tiles if they are kept; compare them with the unit's root.

        Raises:
            EvidenceError: they do not hash to it.
        """
        self._what = f"the rows of unit {unit['id']} do not hash to the root in manifest.json"
        self._leaves = leaves
        if len(tiles) != -(-unit["rows"] // TILE_ROWS):
            tiles = tile_roots([self.leaf(place) for place in range(len(leaves) // HASH_BYTES)])
        self._tops = tree_levels(tiles)
        self._tiles: dict[int, Sequence[Sequence[bytes]]] = {}
        root = self._tops[-1][0].hex()
        if len(leaves) != HASH_BYTES * unit["rows"] or root != unit["rows_root"]:
            raise EvidenceError(self._what)

    def leaf(self, place: int) -> bytes:
        """Return the leaf of a row."""
        return self._leaves[HASH_BYTES * place : HASH_BYTES * (place + 1)]

    def path(self, place: int) -> tuple[bytes, ...]:
        """Return the inclusion proof of a row, the leaf's sibling first."""
        number, within = divmod(place, TILE_ROWS)
        if number not in self._tiles:
            places = range(number * TILE_ROWS, min((number + 1) * TILE_ROWS, len(self._leaves) // HASH_BYTES))
            self._tiles[number] = tree_levels([self.leaf(place) for place in places])
            if self._tiles[number][-1][0] != self._tops[0][number]:
                raise EvidenceError(self._what)
        return level_path(self._tiles[number], within) + level_path(self._tops, number)


def _prove(
    tree: UnitTree, unit: Row, number: int, rows: Iterable[tuple[int, Row]], key: bytes, own: frozenset[str]
) -> Iterator[SharedRow]:
    for place, row in rows:
        shown, openings = disclose(row, unit["id"], key)
        if leaf_of(shown) != tree.leaf(place):
            raise EvidenceError(f"row {place} of unit {unit['id']} is not what its leaf says")
        opened = [
            Opened(finding=opening.finding, n=n, salt=opening.salt.hex())
            for n, opening in enumerate(openings)
            if opening.finding.entry in own
        ]
        path = [item.hex() for item in tree.path(place)]
        yield SharedRow(index=place, opened=opened, path=path, row=shown, unit=number)
