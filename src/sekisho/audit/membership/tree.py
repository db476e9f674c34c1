"""The map of a run: its root, made by one pass over the runs of all units, and proofs for single keys.

`membership/tops` keeps a key and the hash of every slice, so that a proof hashes one slice and not the
whole run. It is no evidence: it is compared with the root before anybody relies on it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sekisho.audit.membership.merge import Pairs, Spans, one_slice, slice_bits, slices
from sekisho.audit.membership.records import Run, membership_name
from sekisho.errors import EvidenceError, UsageError
from sekisho.ledger.prefix import BITS, KEY_BYTES, MapProof, Node, map_leaf, map_root, walk
from sekisho.ledger.tree import EMPTY_ROOT, HASH_BYTES

__all__ = ["TOPS", "Map", "Membership", "build_map", "encode_tops", "open_map", "runs_of"]

TOPS = "membership/tops"
_NODE = KEY_BYTES + HASH_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What manifest.json says of the map.

    Attributes:
        nonce: 32 bytes, of the keys.
        root: of the map.
        files: how many different files are in it.
        rows: how many rows the run has; those without a SHA-256 are not in the map.
    """

    nonce: bytes
    root: bytes
    files: int
    rows: int

    def as_dict(self) -> dict[str, Any]:
        """Return the field `membership` of manifest.json."""
        return {
            "nonce": self.nonce.hex(),
            "root": self.root.hex(),
            "files": self.files,
            "rows": self.rows,
        }


def runs_of(units: Iterable[Mapping[str, Any]]) -> list[Run]:
    """Return the sorted runs of units as commits or the manifest name them, in the order of the plan."""
    return [Run(membership_name(unit.get("id") or unit["unit"]), unit["membership_rows"]) for unit in units]


def build_map(
    files: Spans, runs: Sequence[Run], *, nonce: bytes, rows: int
) -> tuple[Membership, Sequence[Node]]:
    """Merge the runs of all units; return what the map is, and its slices.

    O(n log n) time; about 3 us a record, and memory for a window of each unit and one slice.

    Args:
        files: of the run.
        runs: of its units, in the order of the plan.
        nonce: of the run.
        rows: how many it has.

    Raises:
        EvidenceError: a file is not what its commit says.
    """
    nodes, count = [], 0
    for pairs in slices(files, runs, slice_bits(sum(run.records for run in runs))):
        if pairs:
            nodes.append(_top(pairs))
            count += len(pairs)
    return Membership(nonce=nonce, root=map_root(nodes), files=count, rows=rows), nodes


def _top(pairs: Pairs) -> Node:
    return Node(pairs[0][0], map_root(map_leaf(*pair) for pair in pairs))


def encode_tops(nodes: Iterable[Node]) -> bytes:
    """Return the bytes of membership/tops."""
    return b"".join(map(b"".join, nodes))


def _decode_tops(data: bytes, root: bytes) -> Sequence[Node] | None:
    """Return the slices if they have the root of the map."""
    nodes = [
        Node(data[at : at + KEY_BYTES], data[at + KEY_BYTES : at + _NODE])
        for at in range(0, len(data), _NODE)
    ]
    try:
        return nodes if map_root(nodes) == root else None
    except ValueError:
        return None


class Map:
    """The map of a finished run, to prove single keys by."""

    def __init__(self, files: Spans, runs: Sequence[Run], nodes: Sequence[Node]) -> None:
        """Take slices that have been compared with the root."""
        self._files, self._runs, self._nodes = files, runs, nodes
        self._bits = slice_bits(sum(run.records for run in runs))
        self._last: tuple[int, Pairs, Sequence[Node]] = (-1, [], [])

    def prove(self, key: bytes) -> MapProof | None:
        """Return where the walk for a key ends; None if the map is empty. O(slice + slices).

        Raises:
            EvidenceError: the runs of the units are not those of the map.
        """
        if not self._nodes:
            return None
        place, above = walk(self._nodes, key)
        pairs, leaves = self._slice(place)
        within, below = walk(leaves, key)
        return MapProof(*pairs[within], below + above)

    def _slice(self, place: int) -> tuple[Pairs, Sequence[Node]]:
        if self._last[0] != place:
            number = int.from_bytes(self._nodes[place].key, "big") >> (BITS - self._bits)
            pairs = one_slice(self._files, self._runs, self._bits, number)
            leaves = [map_leaf(*pair) for pair in pairs]
            if not pairs or map_root(leaves) != self._nodes[place].hash:
                raise EvidenceError("the files below membership/ were changed after the run was sealed")
            self._last = place, pairs, leaves
        return self._last[1:]


def open_map(files: Spans, manifest: Mapping[str, Any], tops: bytes | None = None) -> Map:
    """Open the map that a manifest names.

    Args:
        files: of the run.
        manifest: compared with the seal.
        tops: the bytes of membership/tops, if they are there; else the map is made again.

    Raises:
        UsageError: the run was made before there was a map.
        EvidenceError: the files are not those of the map.
    """
    named = manifest.get("membership")
    if named is None:
        raise UsageError(
            "the run was made before Sekisho kept a map of its files",
            hint="decide it again: sekisho audit --again RUN -o NEW",
        )
    runs, root = runs_of(manifest["units"]), bytes.fromhex(named["root"])
    nodes = _decode_tops(tops or b"", root) if tops or root == EMPTY_ROOT else None
    if nodes is None:
        made, nodes = build_map(files, runs, nonce=bytes.fromhex(named["nonce"]), rows=named["rows"])
        if made.root != root:
            raise EvidenceError("the files below membership/ do not have the root of manifest.json")
    return Map(files, runs, nodes)
