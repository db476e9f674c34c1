import pytest

from sekisho.errors import EvidenceError, InputError, NotFoundError
from sekisho.ledger.proof import verify_proof
from sekisho.ledger.tiles import encode_bundle, entries_path, tile_path
from sekisho.ledger.tree import tree_root, verify_consistency
from sekisho.store.fetch import Reply
from sekisho.store.remote_log import RemoteLog
from tests.logs import Growing, Net, static

LOG = Growing(count=700)
FILES = static(LOG, 600)
HEAD = LOG.head(600)


def remote(files=FILES, log=LOG):
    return RemoteLog(
        url="https://log.example", keys=(log.key,), origin=log.origin, fetch=Net({"log.example": files})
    )


def changed(name, data):
    return {**FILES, name: data}


def test_a_log_is_read():
    log = remote()
    note = log.checkpoint()
    assert log.open(note) == HEAD
    assert tree_root(log.read(600), 600) == HEAD.root
    for index in (0, 255, 256, 599):
        receipt = log.prove(note, index)
        assert verify_proof(receipt, LOG.entries[index], [LOG.key], origin=LOG.origin) == (index, HEAD)
    verify_consistency(257, 600, log.consistency(257, 600), LOG.head(257).root, HEAD.root)
    read = [entry for number in range(3) for entry in log.entries(HEAD, number)]
    assert read == LOG.entries[:600]


def test_a_proof_needs_few_files():
    log = remote()
    log.prove(log.checkpoint(), 300)
    assert len(log.fetch.asked) <= 1 + 4


def test_a_partial_file_may_have_given_way_to_the_full_one():
    full = {name: data for name, data in static(Growing(count=768), 768).items() if ".p/" not in name}
    above = tile_path(1, 0, 2)
    log = remote({**full, above: FILES[above], "checkpoint": LOG.note(600)})
    assert [entry for number in range(3) for entry in log.entries(HEAD, number)] == LOG.entries[:600]


def test_what_is_not_there():
    log = remote()
    for index in (-1, 600):
        with pytest.raises(NotFoundError, match="no entry"):
            log.prove(log.checkpoint(), index)
    for number in (-1, 3):
        with pytest.raises(NotFoundError, match="no bundle"):
            log.entries(HEAD, number)
    with pytest.raises(NotFoundError, match="404"):
        remote({}).checkpoint()
    with pytest.raises(NotFoundError, match="404"):
        remote({"checkpoint": FILES["checkpoint"]}).prove(FILES["checkpoint"], 0)


@pytest.mark.parametrize("status", [204, 301, 302, 403, 500])
def test_another_status_is_no_answer(status):
    server = lambda _path, _body: Reply(status=status, type="", body=FILES["checkpoint"])  # noqa: E731
    with pytest.raises(NotFoundError, match=str(status)):
        remote(server).checkpoint()
    with pytest.raises(NotFoundError, match=str(status)):
        remote(server).entries(HEAD, 2)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"<html>",
        Growing(seed="other").note(8),
        Growing(origin="log.example/two").note(8),
        LOG.note(600).replace(b"\n600\n", b"\n601\n"),
        LOG.note(600) + b"more\n",
    ],
)
def test_a_checkpoint_that_is_not_the_log_s(note):
    with pytest.raises(EvidenceError):
        remote({"checkpoint": note}).checkpoint()


TILE, LAST = tile_path(0, 0), tile_path(0, 2, 88)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (TILE, FILES[TILE][:-1]),
        (TILE, FILES[TILE][:-32]),
        (TILE, FILES[TILE] + b"x"),
        (TILE, FILES[TILE][32:] + FILES[TILE][:32]),
        (TILE, b""),
        (LAST, FILES[TILE]),
        (LAST, FILES[LAST][:-32]),
        (LAST, FILES[LAST][:-1] + bytes([FILES[LAST][-1] ^ 1])),
        (tile_path(1, 0, 2), bytes(64)),
    ],
)
def test_a_tile_that_does_not_hash_to_its_parent(name, data):
    """Wrong length, a full tile at a partial path, other bytes."""
    with pytest.raises((EvidenceError, InputError)):
        remote(changed(name, data)).prove(FILES["checkpoint"], 0)


@pytest.mark.parametrize("number", [0, 2])
def test_a_bundle_that_does_not_hash_to_its_tile(number):
    width = 256 if number == 0 else 88
    name = entries_path(number, width)
    entries = LOG.entries[number * 256 : number * 256 + width]
    for data in (
        FILES[name] + b"\0",
        FILES[name] + encode_bundle([b"more"]),
        FILES[name][:-1],
        encode_bundle(entries[:-1]),
        encode_bundle(entries[::-1]),
        encode_bundle([b"other", *entries[1:]]),
        encode_bundle([*entries[:-1], b"other"]),
        b"",
    ):
        with pytest.raises(EvidenceError):
            remote(changed(name, data)).entries(HEAD, number)


def test_a_tile_and_a_bundle_that_agree_with_each_other_alone_are_refused():
    """All of it hashes to the other tree, not to the signed one."""
    other = static(Growing(word="fork", count=600), 600)
    with pytest.raises(EvidenceError, match="does not lead to the root"):
        remote({**other, "checkpoint": LOG.note(600)}).entries(HEAD, 0)


def test_a_log_is_followed(tmp_path):
    seen = tmp_path / "seen"
    assert remote({**static(LOG, 300)}).follow(seen) == LOG.head(300)
    assert remote().follow(seen) == HEAD
    assert remote().follow(seen) == HEAD
    assert seen.read_bytes() == LOG.note(600)


def test_a_log_that_begins_empty_is_followed(tmp_path):
    seen = tmp_path / "seen"
    assert remote(static(LOG, 0)).follow(seen) == LOG.head(0)
    assert remote().follow(seen) == HEAD


def test_a_log_that_was_taken_back_is_noticed(tmp_path):
    seen = tmp_path / "seen"
    remote().follow(seen)
    with pytest.raises(EvidenceError, match="has 300 entries; it had 600 before"):
        remote(static(LOG, 300)).follow(seen)
    assert seen.read_bytes() == LOG.note(600)


@pytest.mark.parametrize("size", [600, 700])
def test_of_two_histories_both_notes_are_kept(tmp_path, size):
    seen = tmp_path / "seen"
    remote().follow(seen)
    fork = Growing(word="fork", same=100, count=700)
    with pytest.raises(EvidenceError, match="does not continue") as caught:
        remote(static(fork, size)).follow(seen)
    kept = tmp_path / f"seen.split-600-{size}"
    assert str(kept) in caught.value.hint
    assert kept.read_bytes() == LOG.note(600) + b"\n" + fork.note(size)
    assert seen.read_bytes() == LOG.note(600)


def test_the_first_head_must_fit_its_tiles(tmp_path):
    with pytest.raises(EvidenceError, match="do not hash"):
        remote(changed(tile_path(1, 0, 2), bytes(64))).follow(tmp_path / "seen")
