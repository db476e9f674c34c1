from dataclasses import replace

import pytest

from sekisho.cli.app import main
from sekisho.cli.record.command import commit
from sekisho.ledger.tree import level_path, tree_levels
from sekisho.model import EntryId, Finding, Kind, Method, Permission, Trust
from sekisho.store.clock import now
from sekisho.store.generations import Generations
from sekisho.store.own_log import own_log, own_queue
from sekisho.trace.batch import leaf_of_record
from sekisho.trace.opening import encode_opening, open_record
from tests.recorded import KEY, generation

SALTS = [bytes([n]) * 32 for n in range(1, 5)]
PERSON = Finding(
    kind=Kind.LIKENESS,
    method=Method.PDQ,
    entry=EntryId(""),
    trust=Trust.VERIFIED,
    distance=7,
    threshold=31,
    permission=Permission.NONE,
)


@pytest.fixture
def store(tmp_path):
    """Return two segments with three records; the last one is about a person."""
    made = Generations.make(tmp_path / "generations", KEY, "JP")
    made.append([(generation(1), SALTS[0])])
    made.append([(generation(2), SALTS[1]), (replace(generation(3), findings=(PERSON,)), SALTS[2])])
    return made


@pytest.fixture
def out(store):
    """Let the log have them."""
    log, queue = own_log(), own_queue()
    commit(store, log, queue)
    queue.publish(log, now=now())
    commit(store, log, queue)
    return store


def place(store, segment, number):
    return f"{store.segments()[segment].name}#{number}"


def handed(store, tmp_path, where, *more):
    argv = ["record", "open", where, "--generations", str(store.path), "-o", str(tmp_path / "opening.json")]
    return main([*argv, *more])


def test_a_record_is_handed_over_and_anybody_checks_it(out, tmp_path, capsys):
    assert handed(out, tmp_path, place(out, 1, 0)) == 0
    file = str(tmp_path / "opening.json")
    assert "sekisho verify" in capsys.readouterr().out
    assert main(["verify", file, "--log-key", own_log().vkey, "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "number 2 of 3" in said
    assert (bytes([2]) * 32).hex() in said
    assert "not proven" in said
    assert main(["verify", file]) == 0
    assert "証明しないこと" in capsys.readouterr().out
    assert handed(out, tmp_path, place(out, 0, 0)) == 2
    assert handed(out, tmp_path, place(out, 0, 0), "--force") == 0


def test_what_was_changed_ends_with_4(out, tmp_path, capsys):
    handed(out, tmp_path, place(out, 0, 0))
    path = tmp_path / "opening.json"
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"number":0', b'"number":1'))
    assert main(["verify", str(path)]) == 4
    path.write_bytes(data)
    assert main(["verify", str(path), "--log-key", "log.example/x+00000000+AAAA"]) == 4
    assert "not of" in capsys.readouterr().err


def test_what_shows_a_person_is_not_opened(out, tmp_path, capsys):
    assert handed(out, tmp_path, place(out, 1, 1)) == 2
    assert "protected person" in capsys.readouterr().err
    assert not (tmp_path / "opening.json").exists()


def test_of_a_person_whom_a_changed_program_has_opened_nothing_is_said(out, tmp_path, capsys):
    (batch,) = out.committed()
    records = [one for segment in out.segments() for one in segment.records()]
    log = own_log()
    made = open_record(records, 0, (batch.batch, batch.salt, batch.entry), (log.origin, log.vkey))
    path_to_root = level_path(tree_levels([leaf_of_record(*one) for one in records]), 2)
    made = replace(made, number=2, record=records[2][0], salt=records[2][1], hashes=path_to_root)
    path = tmp_path / "forced.json"
    path.write_bytes(encode_opening(replace(made, receipt=out.receipt(batch))))
    assert main(["verify", str(path), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "protected person" in said
    assert (bytes([3]) * 32).hex() not in said
    assert "distance" not in said


def test_an_erased_record_can_not_be_opened_and_the_one_beside_it_can(out, tmp_path, capsys):
    out.segments()[1].erase([0])
    assert handed(out, tmp_path, place(out, 1, 0)) == 4
    assert "was erased" in capsys.readouterr().err
    assert handed(out, tmp_path, place(out, 0, 0)) == 0


def test_before_the_log_has_it_there_is_nothing_to_open(store, tmp_path, capsys):
    assert handed(store, tmp_path, place(store, 0, 0)) == 3
    commit(store, own_log(), own_queue())
    assert handed(store, tmp_path, place(store, 0, 0)) == 3
    assert "sekisho log batch" in capsys.readouterr().err


@pytest.mark.parametrize("where", ["", "1", "000001#0", "000001-0123456789abcdef#x", "../000001#0"])
def test_what_is_no_place_is_refused(store, tmp_path, where, capsys):
    assert handed(store, tmp_path, where) == 2
    assert "no place of a record" in capsys.readouterr().err


def test_a_place_where_nothing_is(out, tmp_path, capsys):
    assert handed(out, tmp_path, place(out, 0, 1)) == 2
    assert handed(out, tmp_path, "000001-0123456789abcdef#0") == 2
    assert "has no record" in capsys.readouterr().err
    assert main(["record", "open", place(out, 0, 0), "--generations", str(tmp_path), "-o", "x.json"]) == 2
