"""Trees, tiles and receipts of any size: what is honest verifies, what was changed does not."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sekisho.errors import EvidenceError, InputError, SekishoError
from sekisho.ledger.checkpoint import Checkpoint, sign_checkpoint
from sekisho.ledger.entry import (
    MAX_HOUR,
    EntryType,
    LogEntry,
    check_entries,
    check_entry,
    decode_entry,
    encode_entry,
)
from sekisho.ledger.logged import decode_logged
from sekisho.ledger.note import NoteKey, open_note, parse_note, parse_vkey, sign_note
from sekisho.ledger.policy import parse_policy
from sekisho.ledger.proof import LogProof, decode_proof, encode_proof, verify_proof
from sekisho.ledger.tiles import decode_bundle, encode_bundle, tile_reader
from sekisho.ledger.tree import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    leaf_reader,
    node_hash,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from sekisho.ledger.witnessing import Answer, Request, admit, decide, decode_request, encode_request
from sekisho.store.log.edge import EMPTY_EDGE, lengthen
from tests.keys import SeededKey
from tests.leaf_by_leaf import grow
from tests.logs import Growing

LEAVES = [leaf_hash(b"%d" % i) for i in range(700)]
READ = leaf_reader(LEAVES)
ORIGIN = "log.example/one"
SIGNER = SeededKey("log")
KEY = NoteKey(name=ORIGIN, key=SIGNER.key)
SIZES = st.integers(1, 300)
TIMES = st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def oracle(leaves):
    """RFC 6962 2.1 word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY_ROOT
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(oracle(leaves[:k]), oracle(leaves[k:]))


@given(st.integers(0, 300))
def test_the_root_is_the_rfc_s(size):
    assert tree_root(READ, size) == oracle(LEAVES[:size])


@given(SIZES, st.data())
def test_inclusion(size, data):
    index = data.draw(st.integers(0, size - 1))
    path, root = inclusion_proof(READ, index, size), oracle(LEAVES[:size])
    verify_inclusion(LEAVES[index], index, size, path, root)
    other = data.draw(st.integers(0, size - 1))
    assume(other != index)
    with pytest.raises(EvidenceError):
        verify_inclusion(LEAVES[index], other, size, path, root)
    with pytest.raises(EvidenceError):
        verify_inclusion(LEAVES[other], index, size, path, root)


@given(SIZES, st.data())
def test_consistency(new, data):
    old = data.draw(st.integers(1, new))
    proof = consistency_proof(READ, old, new)
    roots = oracle(LEAVES[:old]), oracle(LEAVES[:new])
    verify_consistency(old, new, proof, *roots)
    for changed in (bytes(32), roots[0][::-1]):
        with pytest.raises(EvidenceError):
            verify_consistency(old, new, proof, changed, roots[1])
        with pytest.raises(EvidenceError):
            verify_consistency(old, new, proof, roots[0], changed)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        bit = data.draw(st.integers(0, 255))
        flipped = (int.from_bytes(proof[at], "big") ^ 1 << bit).to_bytes(32, "big")
        for hostile in ((*proof[:at], flipped, *proof[at + 1 :]), (*proof[:at], *proof[at + 1 :])):
            with pytest.raises(EvidenceError):
                verify_consistency(old, new, hostile, *roots)


@pytest.fixture(scope="module")
def tiles():
    made = {}
    for i, leaf in enumerate(LEAVES):
        made.update(grow(lambda *tile: made[tile], i, leaf))
    return made


@given(st.integers(1, len(LEAVES)), st.data())
def test_tiles_and_memory_give_the_same_proofs(tiles, size, data):
    read = tile_reader(lambda *tile: tiles[tile], size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert tree_root(read, size) == tree_root(READ, size)
    assert inclusion_proof(read, index, size) == inclusion_proof(READ, index, size)
    assert consistency_proof(read, old, size) == consistency_proof(READ, old, size)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_bundles(entries):
    assert decode_bundle(encode_bundle(entries), len(entries)) == tuple(entries)


@given(SIZES, st.data())
def test_a_receipt_with_one_changed_byte_proves_nothing_else(size, data):
    index = data.draw(st.integers(0, size - 1))
    entry = b"%d" % index
    head = Checkpoint(origin=ORIGIN, size=size, root=tree_root(READ, size))
    note = sign_checkpoint(head, SIGNER)
    hashes = inclusion_proof(READ, index, size)
    text = encode_proof(LogProof(index=index, hashes=hashes, checkpoint=note))
    assert verify_proof(text, entry, [KEY], origin=ORIGIN) == (index, head)
    at = data.draw(st.integers(0, len(text) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != text[at]))
    changed = text[:at] + bytes([byte]) + text[at + 1 :]
    with pytest.raises(EvidenceError):
        verify_proof(changed, entry, [KEY], origin=ORIGIN)


HISTORIES = [Growing(word=word, same=same) for word, same in (("entry", 0), ("a", 5), ("b", 5), ("c", 20))]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30), st.integers(0, 30)), max_size=12))
def test_a_witness_never_cosigns_two_histories(asked):
    """Whoever asks in whatever order: each cosigned tree begins with the one before."""
    origin, head, trail = HISTORIES[0].origin, None, []
    for which, old, size in asked:
        log = HISTORIES[which]
        proof = log.prove(old, size) if 0 < old < size else ()
        body = encode_request(Request(old=old, proof=proof, checkpoint=log.note(size)))
        admitted = admit(body, {origin: [log.key]})
        if isinstance(admitted, Answer):
            continue
        done = decide(admitted, head, "w.example", SIGNER, datetime(2026, 11, 22, tzinfo=UTC))
        assert (done.answer.status == 200) == (done.head is not None)
        if done.head is not None:
            head = done.head
            trail.append(tuple(log.entries[:size]))
    for before, after in pairwise(trail):
        assert after[: len(before)] == before


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=60))
def test_any_text_can_be_a_note(text):
    body = f"{text}\n".encode()
    assert open_note(sign_note(body, ORIGIN, SIGNER), [KEY]).text == body


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")))
def test_bytes_from_outside_only_raise_our_errors(data):
    parsers = parse_note, decode_proof, decode_entry, parse_policy, decode_request, decode_logged
    for parse in (*parsers, lambda d: parse_vkey(d.decode("latin-1"))):
        with pytest.raises(SekishoError):
            parse(data)
    with pytest.raises(EvidenceError):
        verify_proof(data, b"", [KEY], origin=ORIGIN)


@given(TIMES, st.binary(min_size=32, max_size=32), st.none() | st.integers(0, 10**18 - 1))
def test_entries(at, digest, previous):
    entry = LogEntry(type=EntryType.PUBLIC, at=at, commitment=digest, previous=previous)
    try:
        data = encode_entry(entry)
    except InputError:
        assert at.timestamp() // 3600 > MAX_HOUR
        return
    back = decode_entry(data)
    assert (back.commitment, back.previous) == (digest, previous)
    assert back.at == entry.at.replace(minute=0, second=0, microsecond=0)
    assert encode_entry(back) == data


def verdict(check, *arguments):
    try:
        return check(*arguments)
    except InputError:
        return None


@given(
    st.lists(st.tuples(st.integers(-1, 200), st.binary(min_size=1, max_size=2)), max_size=6),
    st.lists(
        st.sampled_from([0, 3600, 99_999 * 3600, 498_709 * 3600, 1_000_000 * 3600]), min_size=6, max_size=6
    ),
)
def test_many_entries_are_judged_as_each_of_them(changes, times):
    made = []
    for (at, other), seconds in zip(changes, times, strict=False):
        when = datetime.fromtimestamp(seconds, UTC)
        data = encode_entry(LogEntry(type=EntryType.PERSON, at=when, commitment=bytes(32), previous=seconds))
        made.append(data if at < 0 else data[:at] + other + data[at + 1 :])
    alone = [verdict(check_entry, data) for data in made]
    assert verdict(check_entries, made) == (None if None in alone else max(alone, default=0))


@given(st.integers(0, 300), st.lists(st.sampled_from([b"", b"a", b"bc", bytes(300)]), max_size=300))
def test_leaves_of_entries_of_any_lengths(size, entries):
    for made in (entries, [entry * (number > size) for number, entry in enumerate(entries)]):
        edge, _ = lengthen(EMPTY_EDGE, encode_bundle(made))
        assert edge.root() == tree_root(leaf_reader([leaf_hash(entry) for entry in made]), len(made))
