import pytest

from sekisho.codec.generation import decode_generation
from sekisho.errors import EvidenceError, InputError, NotFoundError, UsageError
from sekisho.model import KeyId
from sekisho.store.generations import Committed, Generations
from tests.recorded import KEY, SALT, generation

OTHER = KeyId("ed25519:" + "P" * 43)


@pytest.fixture
def store(tmp_path):
    return Generations.make(tmp_path / "generations", KEY, "JP")


def test_what_was_recorded_is_read_again(store):
    made = [generation(n) for n in range(3)]
    store.append([(one, SALT) for one in made[:2]])
    store.append([(made[2], SALT)])
    first, second = Generations.open(store.path).segments()
    assert (first.number, first.rows(), second.number, second.rows()) == (1, 2, 2, 1)
    assert [decode_generation(record) for record, _ in (*first.records(), *second.records())] == made
    assert {salt for _, salt in first.records()} == {SALT}


def test_nothing_is_readable_by_others(store):
    segment = store.append([(generation(1), SALT)])
    assert segment.path.stat().st_mode & 0o777 == 0o600
    assert store.path.stat().st_mode & 0o777 == 0o700


def test_a_segment_that_was_changed_or_is_missing_is_told(store):
    segments = [store.append([(generation(n), SALT)]) for n in range(3)]
    data = segments[1].path.read_bytes()
    segments[1].path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(EvidenceError, match="not what was recorded"):
        segments[1].records()
    segments[1].path.unlink()
    with pytest.raises(EvidenceError, match="lacks segment 2"):
        store.segments()
    with pytest.raises(EvidenceError, match="can not read"):
        segments[1].data()


def test_one_process_writes_at_a_time(store):
    with store.writing(), pytest.raises(UsageError, match="another process"), store.writing():
        pass


def test_another_operator_or_place_does_not_record_here(store):
    assert Generations.make(store.path, KEY, "JP") == store
    for key, territory in ((OTHER, "JP"), (KEY, "US")):
        with pytest.raises(UsageError, match="is of"):
            Generations.make(store.path, key, territory)


def test_a_folder_with_something_else_is_not_taken(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(UsageError, match="something else"):
        Generations.make(tmp_path / "mine", KEY, "JP")
    with pytest.raises(NotFoundError):
        Generations.open(tmp_path / "mine")


@pytest.mark.parametrize("head", [b"{}", b'{"operator":"x","territory":"JP","v":1}', b"\xff"])
def test_a_broken_head_is_refused(store, head):
    (store.path / "head.json").write_bytes(head)
    with pytest.raises(InputError):
        Generations.open(store.path)


def test_a_head_of_the_future_is_refused(store):
    (store.path / "head.json").write_bytes(b'{"operator":"%s","territory":"JP","v":2}' % KEY.encode())
    with pytest.raises(InputError, match="newer"):
        Generations.open(store.path)


def batch(**more):
    fields = {"first": 1, "last": 2, "batch": b"{}", "salt": SALT, "entries": (b"a", b"b"), "place": 1}
    return Committed(**(fields | more))


def test_a_batch_is_kept_before_and_after_the_log_has_it(store):
    store.save(batch())
    assert store.committed() == [batch()]
    with pytest.raises(NotFoundError):
        store.receipt(batch())
    store.save(batch(index=7), receipt=b"proof")
    store.save(batch(first=3, last=3))
    assert store.committed() == [batch(index=7), batch(first=3, last=3)]
    assert store.receipt(batch(index=7)) == b"proof"
    assert batch().entry == b"b"


@pytest.mark.parametrize("data", [b"", b"{}", b'{"v":1}'])
def test_a_broken_batch_is_refused(store, data):
    (store.path / "batches" / "000001.json").write_bytes(data)
    with pytest.raises(InputError):
        store.committed()


def test_a_batch_names_an_entry_that_it_has(store):
    store.save(batch())
    path = store.path / "batches" / "000001.json"
    path.write_bytes(path.read_bytes().replace(b'"place":1', b'"place":2'))
    with pytest.raises(InputError, match="has not"):
        store.committed()
