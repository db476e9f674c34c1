import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from sekisho.cli.app import main
from sekisho.cli.likeness.dropped import section_head
from sekisho.cli.record.command import commit
from sekisho.codec.generation import decode_generation
from sekisho.errors import IncompleteError
from sekisho.ledger.proof import decode_proof
from sekisho.model import Purpose
from sekisho.snapshot.protected_head import encode_protected_head
from sekisho.store.clock import now, today
from sekisho.store.generations import Generations
from sekisho.store.keys import load_signer, make_key
from sekisho.store.own_log import own_log
from sekisho.store.person_queue import PersonQueue
from sekisho.trace.opening import encode_opening, open_record, verify_opening
from tests.membership import sha256
from tests.recorded import KEY, SALT, generation
from tests.traced import recompressed
from tests.world import MemoryLog, World, drawn

MODEL = "ab" * 32


@pytest.fixture
def world(tmp_path):
    """A registry with one work that nobody may generate, its edition, and the key `studio`."""
    world = World()
    world.register(world.holder, drawn(1, 320), title="灯台")
    world.vouch(world.voucher, world.holder)
    (tmp_path / "edition.snapshot").write_bytes(world.publish())
    make_key("studio")
    return world


@pytest.fixture
def make(world, tmp_path):
    def record(*outputs, more=(), model=MODEL, store="generations"):
        files = []
        for number, data in enumerate(outputs):
            (tmp_path / f"prompt-of-taro-{number}.png").write_bytes(data)
            files.append(str(tmp_path / f"prompt-of-taro-{number}.png"))
        return main(
            [
                *("record", *files, "--model-digest", model, "--operator", "studio", "--territory", "JP"),
                *("--snapshot", str(tmp_path / "edition.snapshot"), "-o", str(tmp_path / store)),
                *("--trusted-keys", world.registry.key, "--allow-stale", *more),
            ]
        )

    return record


def stored(tmp_path):
    return Generations.open(tmp_path / "generations")


def test_outputs_are_checked_and_recorded(make, tmp_path, capsys):
    assert make(drawn(2, 320)) == 0
    assert make(drawn(3, 320), recompressed(1)) == 1
    out = capsys.readouterr().out
    assert "allow" in out
    assert "block" in out
    store = stored(tmp_path)
    assert [segment.rows() for segment in store.segments()] == [1, 2]
    assert store.operator == load_signer("studio").key


def test_no_prompt_no_user_and_no_name_is_anywhere_in_the_records(make, tmp_path):
    make(drawn(2, 320), more=["--log"])
    for path in (tmp_path / "generations").rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert b"taro" not in data
        assert b"prompt" not in data.replace(b"prompt-of-nobody", b"")
    for segment in stored(tmp_path).segments():
        assert all(b"taro" not in record for record, _ in segment.records())


def with_section(world, tmp_path, **fields):
    """Lay a section beside the edition: drawing 2 is listed, drawing 3 shows a person."""
    world.listed.append(drawn(2, 320))
    world.persons.append(drawn(3, 320))
    data = (tmp_path / "edition.snapshot").read_bytes()
    section = {
        "recipient": load_signer("studio").key,
        "purpose": Purpose.GENERATE,
        "created": today(),
        "expires": today() + timedelta(days=30),
    }
    made = world.section(world.open(data), **(section | fields))
    (tmp_path / "edition.snapshot.protected").write_bytes(made)


def test_outputs_are_compared_with_the_section_beside_the_edition(world, make, tmp_path, capsys):
    make(drawn(2, 320), store="without")
    assert "not looked for" in capsys.readouterr().err
    with_section(world, tmp_path)
    assert make(drawn(2, 320), drawn(3, 320)) == 1
    out = capsys.readouterr().out
    assert "block  listed" in out
    assert "review  protected_person" in out
    assert make(drawn(3, 320), store="person") == 1
    (segment,) = stored(tmp_path).segments()
    assert sha256(drawn(2, 320)).hex().encode() not in b"".join(record for record, _ in segment.records())


def sections(tmp_path, store):
    segments = Generations.open(tmp_path / store).segments()
    found = (one for segment in segments for one in segment.records())
    return [decode_generation(record).section for record, _ in found]


def test_a_record_says_which_section_was_looked_into_or_that_there_was_none(world, make, tmp_path):
    make(drawn(4, 320), store="without")
    assert sections(tmp_path, "without") == ["none"]
    with_section(world, tmp_path)
    make(drawn(4, 320), store="with")
    (found,) = sections(tmp_path, "with")
    head = section_head(tmp_path / "edition.snapshot.protected")
    assert found == hashlib.sha256(encode_protected_head(head)).hexdigest()


def test_a_section_for_training_is_none_for_what_a_model_makes(world, make, tmp_path, capsys):
    with_section(world, tmp_path, purpose=Purpose.TRAIN)
    assert make(drawn(2, 320)) == 2
    assert "not for generate" in capsys.readouterr().err


def test_of_a_listed_file_that_is_traced_nothing_else_is_said(world, make, tmp_path, capsys):
    make(drawn(2, 320))
    with_section(world, tmp_path, purpose=Purpose.TRAIN)
    (tmp_path / "found.png").write_bytes(drawn(2, 320))
    capsys.readouterr()
    argv = ["trace", str(tmp_path / "found.png"), "--generations", str(tmp_path / "generations")]
    argv += ["--snapshot", str(tmp_path / "edition.snapshot"), "--trusted-keys", world.registry.key]
    assert main([*argv, "--allow-stale", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"listed": True}


def test_what_was_recorded_is_traced(make, tmp_path, capsys):
    make(drawn(2, 320), recompressed(1))
    (tmp_path / "found.png").write_bytes(drawn(1, 320))
    capsys.readouterr()
    generations = str(tmp_path / "generations")
    assert main(["trace", str(tmp_path / "found.png"), "--generations", generations, "--format", "json"]) == 0
    (line,) = json.loads(capsys.readouterr().out)["lines"]
    assert (line["store"], line["means"], line["outcome"]) == ("generations", "near_copy", "block")
    assert line["model"] == MODEL
    assert line["place"].startswith("000001-")


def test_the_log_gets_all_with_its_batch_and_each_record_can_be_opened(make, tmp_path, capsys):
    make(drawn(2, 320), drawn(3, 320))
    make(drawn(4, 320), more=["--log"])
    assert "waits for the log's next batch" in capsys.readouterr().err
    assert not own_log().begun
    assert main(["log", "batch"]) == 0
    assert make(more=["--log"]) == 0
    assert "entry" in capsys.readouterr().err
    store = stored(tmp_path)
    (batch,) = store.committed()
    assert (batch.first, batch.last) == (1, 2)
    records = [one for segment in store.segments() for one in segment.records()]
    for number in range(3):
        log = own_log()
        made = open_record(records, number, (batch.batch, batch.salt, batch.entry), (log.origin, log.vkey))
        made = replace(made, receipt=store.receipt(batch))
        assert verify_opening(encode_opening(made), log_key=log.vkey).made.model == MODEL
    assert decode_proof(store.receipt(batch)).index == batch.index
    assert make(more=["--log"]) == 0
    assert len(store.committed()) == 1


@pytest.fixture
def store(tmp_path):
    made = Generations.make(tmp_path / "generations", KEY, "JP")
    made.append([(generation(1), SALT)])
    return made


class StoppedLog(MemoryLog):
    """A log that can not prove anything once."""

    stopped = False

    def prove(self, index):
        if not self.stopped:
            self.stopped = True
            raise IncompleteError("stopped")
        return super().prove(index)


def test_a_log_that_stops_is_gone_on_with_and_nothing_is_committed_twice(store, tmp_path):
    log, queue = StoppedLog(), PersonQueue.open(tmp_path / "waiting.sqlite")
    assert commit(store, log, queue) == commit(store, log, queue) == log.entries == []
    assert queue.count() == 1
    queue.publish(log, now=now())
    with pytest.raises(IncompleteError):
        commit(store, log, queue)
    store.append([(generation(2), SALT)])
    (index,) = commit(store, log, queue)
    queue.publish(log, now=now(), force=True)
    assert len(commit(store, log, queue)) == 1
    first, second = store.committed()
    assert (first.index, first.last, second.first, second.last) == (index, 1, 2, 2)
    assert all(log.entries[one.index] == one.entry for one in (first, second))
    assert all(store.has_receipt(one) for one in (first, second))
    assert commit(store, log, queue) == []


@pytest.mark.parametrize("model", ["", "mine", "AB" * 32, "ab" * 31])
def test_a_model_is_named_by_its_digest(make, capsys, model):
    assert make(drawn(2, 320), model=model) == 2
    assert "no SHA-256" in capsys.readouterr().err


def test_what_is_wrong_is_told_before_anything_is_made(make, tmp_path, capsys):
    assert make(drawn(2, 320), more=["--policy", "nobody"]) == 2
    assert main(["record", str(tmp_path / "none.png")]) == 2
    assert not (tmp_path / "generations").exists()
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.txt").write_text("x")
    assert make(drawn(2, 320), store="taken") == 2
    assert "something else" in capsys.readouterr().err
