import json
from contextlib import contextmanager

import pyarrow as pa
import pytest

from sekisho.audit.leaves import commitment_of, disclose, leaf_of, rows_root, tile_roots
from sekisho.audit.rows import SCHEMA
from sekisho.audit.shape import checked_manifest
from sekisho.audit.share.rows import shared_rows
from sekisho.errors import EvidenceError
from sekisho.ledger.tree import verify_inclusion
from sekisho.store.parts import RunParts
from tests.part_rows import film_in, part_in, similar_to
from tests.parties import Party
from tests.run_fixture import row
from tests.shared_run import ENTRY, GIVEN, OTHER, ROW_KEY, UNITS, found, make_shared_run

EVERY = [ENTRY, OTHER, "p-" + "9" * 32, "l-" + "8" * 32]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return make_shared_run(tmp_path_factory.mktemp("made"), Party(name="studio"))[0]


@pytest.fixture
def manifest(run):
    return checked_manifest(json.loads((run / "manifest.json").read_bytes()))


class Watched:
    """Parts that remember what was read of them."""

    def __init__(self, run):
        self.parts, self.reads = RunParts(run), []

    @contextmanager
    def open(self, unit):
        with self.parts.open(unit) as part:
            yield WatchedPart(part, unit, self.reads)


class WatchedPart:
    def __init__(self, part, unit, reads):
        self.part, self.unit, self.reads = part, unit, reads

    def findings(self):
        self.reads.append(("findings", self.unit))
        return self.part.findings()

    def tiles(self):
        return self.part.tiles()

    def leaves(self):
        self.reads.append(("leaves", self.unit))
        return self.part.leaves()

    def rows(self, places, columns):
        self.reads.append(("rows", self.unit, places.tolist()))
        return self.part.rows(places, columns)


def test_rows_with_a_registrants_findings_are_proved(run, manifest):
    rows = list(shared_rows(RunParts(run), manifest, ROW_KEY, [ENTRY]))
    assert [one.row.item for one in rows] == list(GIVEN)
    for one in rows:
        unit = manifest["units"][one.unit]
        path = [bytes.fromhex(item) for item in one.path]
        root = bytes.fromhex(unit["rows_root"])
        verify_inclusion(leaf_of(one.row), one.index, unit["rows"], path, root)
        source = UNITS[unit["id"]][one.index]
        assert one.row == disclose(source, unit["id"], ROW_KEY)[0]
        assert [o.finding.entry for o in one.opened] == [
            f["entry"] for f in source["findings"] if f["entry"] == ENTRY
        ]


def test_only_the_units_that_are_needed_are_read(run, manifest):
    parts = Watched(run)
    assert len(list(shared_rows(parts, manifest, ROW_KEY, [OTHER]))) == 2
    assert parts.reads == [
        ("findings", "u1"),
        ("leaves", "u1"),
        ("rows", "u1", [2, 3]),
        ("findings", "u2"),
        ("findings", "u3"),
    ]


def test_rows_about_persons_are_not_there_even_for_who_is_said_to_own_everything(run, manifest):
    rows = list(shared_rows(RunParts(run), manifest, ROW_KEY, EVERY))
    assert [one for one in rows if "private" in one.row.item] == []
    assert len(rows) == 4


def test_another_row_key_is_noticed(run, manifest):
    with pytest.raises(EvidenceError, match="row 1 of unit u1 is not what its leaf says"):
        list(shared_rows(RunParts(run), manifest, bytes(32), [ENTRY]))


@pytest.mark.parametrize("change", [{"rows": 4}, {"rows_root": "00" * 32}])
def test_a_tree_that_is_not_the_manifests_is_noticed(run, manifest, change):
    units = [dict(manifest["units"][0]) | change]
    with pytest.raises(EvidenceError, match="unit u1 do not hash"):
        list(shared_rows(RunParts(run), manifest | {"units": units}, ROW_KEY, [ENTRY]))


def test_a_run_without_rows(run, manifest):
    assert list(shared_rows(RunParts(run), manifest | {"units": []}, ROW_KEY, EVERY)) == []


class Kept:
    """A part of many rows, with whatever tiles a test wants."""

    def __init__(self, rows, tiles=None):
        leaves = [leaf_of(disclose(row, "u9", ROW_KEY)[0]) for row in rows]
        self.made, self.kept = rows, tile_roots(leaves) if tiles is None else tiles
        self.joined = b"".join(leaves)
        self.unit = {"id": "u9", "rows": len(rows), "rows_root": rows_root(leaves)}

    @contextmanager
    def open(self, _unit):
        yield self

    def findings(self):
        return pa.array([row["findings"] for row in self.made])

    def tiles(self):
        return self.kept

    def leaves(self):
        return self.joined

    def rows(self, places, _columns):
        return [self.made[place] for place in places.tolist()]

    def shared(self):
        return list(shared_rows(self, {"units": [self.unit]}, ROW_KEY, [ENTRY]))


MANY = [row(f"{n}.jpg", "block", "x", [found(ENTRY)] if n % 37 == 0 else [found(OTHER)]) for n in range(700)]


@pytest.mark.parametrize("size", [1, 38, 255, 256, 257, 512, 513, 700])
@pytest.mark.parametrize("tiles", [None, []], ids=["kept", "not kept"])
def test_a_path_through_tiles_is_the_path_of_the_whole_tree(size, tiles):
    part = Kept(MANY[:size], tiles)
    for shared in part.shared():
        path = [bytes.fromhex(item) for item in shared.path]
        root = bytes.fromhex(part.unit["rows_root"])
        verify_inclusion(leaf_of(shared.row), shared.index, size, path, root)


def test_tiles_and_leaves_that_are_wrong_are_noticed():
    good = Kept(MANY)
    for number in range(3):
        bent = list(good.kept)
        bent[number] = bytes(32)
        with pytest.raises(EvidenceError, match="unit u9 do not hash"):
            Kept(MANY, bent).shared()
    for place in (1, 300, 699):
        good = Kept(MANY)
        good.joined = good.joined[: 32 * place] + bytes(32) + good.joined[32 * (place + 1) :]
        with pytest.raises(EvidenceError, match="unit u9 do not hash"):
            good.shared()


class MemoryPart:
    """The part of one unit that was never written."""

    def __init__(self, rows):
        self.made = [one | {"unit": "u1"} for one in rows]
        self.all = [leaf_of(disclose(one, "u1", ROW_KEY)[0]) for one in self.made]

    def findings(self):
        return pa.array([one["findings"] for one in self.made], SCHEMA.field("findings").type)

    def tiles(self):
        return tile_roots(self.all)

    def leaves(self):
        return b"".join(self.all)

    def rows(self, places, _columns):
        return [self.made[place] for place in places.tolist()]

    @contextmanager
    def open(self, _unit):
        yield self


@pytest.mark.parametrize("made", [part_in, similar_to, film_in])
def test_parts_similarities_and_films_are_given_as_they_were_found(made):
    own, other = made(0), made(1)
    reason = "verified_without_permission"
    likeness = [own, made(2) | {"kind": "likeness"}]
    part = MemoryPart(
        [row("a", "block", reason, [other, own]), row("b"), row("c", "block", reason, likeness)]
    )
    units = {"units": [{"id": "u1", "rows": 3, "rows_root": rows_root(part.all)}]}
    (one,) = shared_rows(part, units, ROW_KEY, [own["entry"]])
    (opened,) = one.opened
    assert one.row.item == "a"
    assert (opened.n, opened.finding.method, opened.finding.detail) == (1, own["method"], own["detail"])
    assert (opened.finding.distance, opened.finding.threshold) == (0, 0)
    assert other["entry"] not in str(one)
    opening = disclose(part.made[0], "u1", ROW_KEY)[1][1]
    assert one.row.findings[1] == commitment_of(opening)
    assert opening.finding == opened.finding
