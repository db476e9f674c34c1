import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekisho.audit.again.stored import COLUMNS, PASSING, read_stored
from sekisho.audit.rows import SCHEMA
from sekisho.errors import EvidenceError
from sekisho.model import Unreadable
from sekisho.policy import read_policy, shipped_policy
from tests.part_rows import film_in, part_in, similar_to
from tests.run_fixture import finding

TURNED = shipped_policy("opt-in")
UPRIGHT = read_policy('base = "opt-in"\n[match]\nrotations = "none"\n', "upright.toml")
EXACT = read_policy('base = "opt-in"\n[match]\ndepth = "exact"\n', "exact.toml")
FRAME = {"pdq": b"f" * 32, "quality": 71, "turned": b"F" * 224}
ROW = {
    "item": "a.png",
    "media_type": "image/png",
    "bytes": 10,
    "sha256": b"s" * 32,
    "pdq": b"p" * 32,
    "pdq_quality": 90,
    "problem": "",
    "pdq_turned": bytes(range(224)),
    "frames": [],
}


def part(*rows, schema=SCHEMA):
    out = io.BytesIO()
    filled = [{"unit": "u", "outcome": "allow", "reason": "r", "findings": []} | row for row in rows]
    pq.write_table(pa.Table.from_pylist(filled, schema=schema), out)
    return out.getvalue()


def stored(row, policy=TURNED):
    (found,) = read_stored(part(row), policy, "part-x")
    return found


def test_a_look_is_what_was_seen():
    seen = stored(ROW | {"frames": [FRAME]}).looked
    assert (seen.name, seen.bytes, seen.problem, seen.look.media_type) == ("a.png", 10, None, "image/png")
    made = seen.look.fingerprint
    assert (made.sha256, made.pdq, made.quality) == (b"s" * 32, b"p" * 32, 90)
    assert made.more == ((b"f" * 32, 71),)
    assert made.turned == (bytes(range(224)), b"F" * 224)
    assert seen.look.hashes.shape == (2, 8, 32)
    assert seen.look.hashes[0].tobytes() == b"p" * 32 + bytes(range(224))
    assert seen.look.hashes[1].tobytes() == b"f" * 32 + b"F" * 224


def test_a_film_keeps_its_times():
    film = ROW | {"media_type": "video/mp4", "frames": [FRAME], "times": [0, 1000], "duration": 2000}
    made = stored(film).looked.look.fingerprint
    assert (made.times, made.duration) == ((0, 1000), 2000)
    whole = part(film)
    table = pq.read_table(io.BytesIO(whole)).drop_columns(["times", "duration"])
    older = io.BytesIO()
    pq.write_table(table, older)
    (found,) = read_stored(older.getvalue(), TURNED, "part-x")
    assert (found.looked.look.fingerprint.times, found.looked.look.fingerprint.duration) == ((), 0)


@pytest.mark.parametrize("times", [[0], [0, 1, 2], [5, 4], [0, None]])
def test_times_that_do_not_fit_the_frames_are_refused(times):
    with pytest.raises(EvidenceError):
        stored(ROW | {"frames": [FRAME], "times": times})


def test_a_policy_sees_no_more_than_it_asks_for():
    upright = stored(ROW | {"frames": [FRAME]}, UPRIGHT).looked.look
    assert (upright.hashes.shape, upright.fingerprint.turned) == ((2, 1, 32), ())
    exact = stored(ROW, EXACT).looked.look
    assert (exact.hashes, exact.fingerprint.pdq, exact.fingerprint.sha256) == (None, None, b"s" * 32)
    broken = ROW | {"pdq": None, "pdq_quality": None, "pdq_turned": None, "problem": "corrupt"}
    assert stored(broken).looked.look.problem.reason is Unreadable.CORRUPT
    assert stored(broken, EXACT).looked.look.problem is None
    unknown = broken | {"media_type": "", "problem": "unrecognized_format"}
    assert stored(unknown, EXACT).looked.look.problem.reason is Unreadable.UNRECOGNIZED_FORMAT


def test_what_does_not_go_deep_enough_is_said():
    bare = ROW | {"pdq": None, "pdq_quality": None, "pdq_turned": None}
    upright = ROW | {"pdq_turned": None}
    lacking = [
        [stored(row, policy).lacking for policy in (TURNED, UPRIGHT, EXACT)] for row in (bare, upright)
    ]
    assert lacking == [[True, True, False], [True, False, False]]
    assert stored(bare).looked.look.hashes is None


@pytest.mark.parametrize("reason", Unreadable)
def test_reasons_that_may_be_gone(reason):
    nothing = dict.fromkeys(("sha256", "pdq", "pdq_quality", "pdq_turned"))
    row = stored(ROW | nothing | {"problem": reason.value, "bytes": 0, "media_type": ""})
    assert (row.looked.look, row.looked.problem.reason) == (None, reason)
    assert row.passing == (reason in PASSING)
    assert not row.lacking


BROKEN = {
    "quality outside": {"pdq_quality": 101},
    "quality below": {"pdq_quality": -1},
    "pdq without quality": {"pdq_quality": None},
    "quality without pdq": {"pdq": None},
    "unknown problem": {"problem": "bad luck"},
    "no item": {"item": None},
    "no bytes": {"bytes": None},
    "no problem": {"problem": None},
    "no frames": {"frames": None},
    "neither digest nor reason": {"sha256": None},
    "frame of no picture": {"frames": [FRAME | {"pdq": None}]},
    "frame of no quality": {"frames": [FRAME | {"quality": 300}]},
    "frame that is nothing": {"frames": [None]},
    "frame not turned": {"frames": [FRAME | {"turned": None}]},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_what_does_not_belong_together_is_no_evidence(change):
    with pytest.raises(EvidenceError):
        list(read_stored(part(ROW | change), TURNED, "part-x"))


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_of_another_type_is_no_evidence(name):
    place = SCHEMA.get_field_index(name)
    for schema in (SCHEMA.remove(place), SCHEMA.set(place, pa.field(name, pa.list_(pa.bool_())))):
        table = pa.Table.from_pylist([], schema=schema)
        out = io.BytesIO()
        pq.write_table(table, out)
        with pytest.raises(EvidenceError, match="part-x"):
            list(read_stored(out.getvalue(), TURNED, "part-x"))


def test_a_hash_of_another_length_is_no_evidence():
    for name, width in (("sha256", 31), ("pdq", 33), ("pdq_turned", 192)):
        place = SCHEMA.get_field_index(name)
        schema = SCHEMA.set(place, pa.field(name, pa.binary(width)))
        with pytest.raises(EvidenceError):
            list(read_stored(part(ROW | {name: bytes(width)}, schema=schema), TURNED, "part-x"))


def test_bytes_that_are_no_parquet_are_no_evidence():
    whole = part(ROW)
    for data in (b"", b"PAR1", whole[:-9]):
        with pytest.raises(EvidenceError, match="part-x"):
            list(read_stored(data, TURNED, "part-x"))


def test_many_rows_keep_their_own_hashes():
    rows = [
        ROW
        | {"item": f"{n}", "pdq": bytes([n]) * 32, "pdq_turned": bytes([n]) * 224, "sha256": bytes([n]) * 32}
        for n in range(200)
    ]
    rows[7] |= {"pdq": None, "pdq_quality": None, "pdq_turned": None, "problem": "corrupt"}
    found = list(read_stored(part(*rows), TURNED, "part-x"))
    assert [row.looked.name for row in found] == [row["item"] for row in rows]
    for n, row in enumerate(found):
        look = row.looked.look
        assert look.fingerprint.sha256 == bytes([n]) * 32
        assert (look.hashes is None) == (n == 7)
        assert look.hashes is None or np.all(look.hashes == n)


def test_every_picture_is_read_again_where_more_is_compared_than_is_stored():
    def lacking(row, policy=TURNED):
        (found,) = read_stored(part(row), policy, "part-x", deeper=True)
        return found.lacking

    broken = ROW | {"pdq": None, "pdq_quality": None, "pdq_turned": None, "problem": "corrupt"}
    assert lacking(ROW)
    assert lacking(ROW, UPRIGHT)
    assert not lacking(broken)
    assert lacking(ROW, EXACT)
    assert not stored(ROW).lacking


def known(row):
    (found,) = read_stored(part(row), TURNED, "part-x", searched=True)
    return found.looked.known


@pytest.mark.parametrize("made", [part_in(0), similar_to(0), film_in(0)])
def test_what_was_found_of_a_part_is_searched_again_and_never_taken_for_the_whole(made):
    whole = finding(1, distance=7)
    assert [match.distance for match in known(ROW | {"findings": [whole]})] == [7]
    assert known(ROW | {"findings": [made]}) is None
    assert known(ROW | {"findings": [whole, made]}) is None


def test_a_frame_of_a_film_and_a_film_are_searched_again():
    still = finding(1, distance=7)
    assert known(ROW | {"findings": [still | {"detail": '{"at":4000}'}]}) is None
    assert known(ROW | {"media_type": "video/mp4"}) is None
    assert known(ROW) == ()
