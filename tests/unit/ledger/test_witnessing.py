from datetime import UTC, datetime, timedelta

import pytest

from sekisho.errors import InputError, SignatureError
from sekisho.ledger.checkpoint import sign_checkpoint
from sekisho.ledger.cosignature import cosign, read_cosignatures
from sekisho.ledger.note import (
    NoteKey,
    NoteSignature,
    encode_base64,
    open_note,
    parse_note,
    sign_note,
    signature_line,
)
from sekisho.ledger.schemes import cosigned
from sekisho.ledger.tree import EMPTY_ROOT
from sekisho.ledger.witnessing import (
    MAX_ANSWER,
    MAX_REQUEST,
    SIZE_TYPE,
    Answer,
    Request,
    add_cosignatures,
    admit,
    decide,
    decode_request,
    encode_request,
    read_cosignature,
    read_size,
)
from tests.keys import SeededKey
from tests.logs import Growing, witness_key

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LOG = Growing()
FORK = Growing(word="fork", same=3)
LOGS = {LOG.origin: [LOG.key]}
KEY = witness_key("w")


def request(size, old=0, log=LOG, proof=None):
    proof = proof if proof is not None else log.prove(old, size) if old else ()
    return encode_request(Request(old=old, proof=proof, checkpoint=log.note(size)))


def ask(body, head=None, at=NOW, logs=LOGS):
    admitted = admit(body, logs)
    if isinstance(admitted, Answer):
        return admitted, head, None
    done = decide(admitted, head, KEY.name, SeededKey("w"), at)
    return done.answer, done.head or head, done.split


def head_at(size, log=LOG):
    return ask(request(size, log=log))[1]


def test_a_witness_cosigns_what_continues():
    answer, head, _ = ask(request(3))
    assert answer.status == 200
    assert (head.checkpoint, head.at) == (LOG.head(3), NOW)
    answer, head, _ = ask(request(8, 3), head, NOW + HOUR)
    assert answer.status == 200
    assert head.checkpoint == LOG.head(8)
    line = read_cosignature(answer, LOG.note(8), KEY, NOW + HOUR)
    note = open_note(add_cosignatures(LOG.note(8), [line]), [LOG.key, KEY])
    assert [mark.at for mark in read_cosignatures(note, [KEY])] == [NOW + HOUR]
    assert head.note == add_cosignatures(LOG.note(8), [line])


def test_the_same_head_is_cosigned_again_with_a_new_time():
    answer, head, split = ask(request(3, 3, proof=()), head_at(3), NOW + HOUR)
    assert (answer.status, head.checkpoint, head.at, split) == (200, LOG.head(3), NOW + HOUR, None)


def test_a_clock_that_goes_back_does_not_take_the_time_back():
    head = head_at(3)
    answer, head, _ = ask(request(5, 3), head, NOW - HOUR)
    assert answer.status == 200
    assert head.at == NOW


def test_the_empty_log_is_cosigned_too():
    empty = Growing()
    answer, head, _ = ask(request(0))
    assert (answer.status, head.checkpoint) == (200, empty.head(0))
    assert head.checkpoint.root == EMPTY_ROOT
    assert ask(request(4), head)[0].status == 200


def refused(body, head=None, logs=LOGS):
    answer, after, _ = ask(body, head, logs=logs)
    assert after is head
    return answer.status


def test_an_unknown_log_is_404():
    assert refused(request(3, log=Growing(origin="log.example/two"))) == 404
    assert refused(request(3), logs={}) == 404


def test_a_checkpoint_that_the_log_has_not_signed_is_403():
    assert refused(request(3, log=Growing(seed="other"))) == 403
    assert refused(request(3).replace(b"\n3\n", b"\n4\n")) == 403
    assert refused(request(3), logs={LOG.origin: [NoteKey(name="other", key=LOG.signer.key)]}) == 403
    assert refused(request(3), logs={LOG.origin: []}) == 403
    as_witness = witness_key("log", LOG.origin)
    body = encode_request(Request(old=0, proof=(), checkpoint=note_cosigned_only()))
    assert refused(body, logs={LOG.origin: [as_witness]}) == 403


@pytest.mark.parametrize("tail", [b"\xff", b"\x00", b"more\n", b"\xe2\x80\x94 a AAAAAAF=\n"])
def test_signature_lines_that_are_none_are_403(tail):
    assert refused(request(3) + tail) == 403


def note_cosigned_only():
    text = parse_note(LOG.note(3)).text
    return text + b"\n" + signature_line(cosign(text, LOG.origin, LOG.signer, NOW))


def test_an_old_size_above_the_checkpoint_s_is_400():
    assert refused(request(3, 5, proof=()), head_at(5)) == 400


@pytest.mark.parametrize(("old", "size"), [(0, 3), (0, 8), (2, 8), (4, 8), (8, 8)])
def test_another_old_size_is_409_with_the_size(old, size):
    answer, _, split = ask(request(size, old, proof=()), head_at(3))
    assert (answer.status, answer.body, answer.type, split) == (409, b"3\n", SIZE_TYPE, None)
    assert read_size(answer) == 3
    assert read_size(ask(request(8, 3))[0]) == 0


def test_a_smaller_checkpoint_is_never_cosigned():
    head = head_at(5)
    assert refused(request(3), head) == 409
    assert refused(request(3, 3, proof=()), head) == 409
    assert refused(request(3, 5, proof=()), head) == 400


def test_a_proof_that_does_not_hold_is_422():
    head, good = head_at(3), LOG.prove(3, 8)
    for proof in ((), good[:-1], (*good, good[0]), good[::-1], (bytes(32), *good[1:])):
        assert refused(request(8, 3, proof=proof), head) == 422
    assert refused(request(8, 3, log=FORK, proof=FORK.prove(4, 8)), head) == 422
    assert refused(request(3, proof=good)) == 422
    assert refused(request(3, 3, proof=good), head) == 422


def test_two_futures_are_not_both_cosigned():
    """The first three entries are the same, so that both forks continue the head honestly."""
    head = head_at(3)
    answer, head, _ = ask(request(8, 3), head)
    assert answer.status == 200
    assert ask(request(8, 3, log=FORK), head)[0].status == 409
    assert ask(request(9, 8, log=FORK), head)[0].status == 422


def test_a_split_view_is_422_and_both_notes_are_kept():
    head = head_at(8)
    answer, _, split = ask(request(8, 8, log=FORK, proof=()), head)
    assert answer.status == 422
    assert split == (head.note, FORK.note(8))
    for note, log in zip(split, (LOG, FORK), strict=True):
        assert parse_note(note).text == parse_note(log.note(8)).text
        open_note(note, [LOG.key])
    answer, _, split = ask(request(8, 0, log=FORK), head)
    assert (answer.status, split[1]) == (409, FORK.note(8))


def test_the_empty_tree_with_another_root_is_422():
    root = encode_base64(bytes(32))
    note = sign_note(f"{LOG.origin}\n0\n{root}\n".encode(), LOG.origin, LOG.signer)
    assert refused(encode_request(Request(old=0, proof=(), checkpoint=note))) == 422


def test_signatures_of_strangers_are_passed_over_and_not_kept():
    junk = sign_note(parse_note(LOG.note(3)).text, "stranger", SeededKey("x")).split(b"\n\n")[1]
    answer, head, _ = ask(request(3) + junk)
    assert answer.status == 200
    assert b"stranger" not in head.note


BODY = request(8, 3)
HASH = BODY.split(b"\n")[1]
ROOT = encode_base64(LOG.head(8).root).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n",
        b"old 3\n",
        BODY.replace(b"old 3", b"old 03"),
        BODY.replace(b"old 3", b"old +3"),
        BODY.replace(b"old 3", b"old -3"),
        BODY.replace(b"old 3", b"old  3"),
        BODY.replace(b"old 3", b"old"),
        BODY.replace(b"old 3", b"new 3"),
        BODY.replace(b"old 3", b"old 3 "),
        BODY.replace(b"old 3", "old \u0663".encode()),
        BODY.replace(b"old 3", b"old 9223372036854775808"),
        BODY.replace(b"\n", b"\r\n"),
        BODY.replace(HASH, HASH[:-4]),
        BODY.replace(HASH, HASH + b"AAAA"),
        BODY.replace(HASH, b"!" + HASH[1:]),
        BODY.replace(HASH, HASH[:-2] + bytes([HASH[-2] + 1]) + b"="),
        BODY.replace(b"old 3\n", b"old 3\n" + (HASH + b"\n") * 63),
        BODY.replace(b"\n\n", b"\n", 1),
        BODY.partition(b"\n\n")[0] + b"\n\n",
        BODY.rpartition(b"\n\n")[0] + b"\n",
        BODY.replace(b"\n8\n", b"\n08\n"),
        BODY.replace(b"\n8\n", b"\n8\nextension\n"),
        BODY.replace(ROOT, encode_base64(bytes(31)).encode()),
        BODY.replace(ROOT, encode_base64(bytes(33)).encode()),
        BODY.replace(b"\n8\n", b"\n9223372036854775808\n"),
        BODY.replace(LOG.origin.encode() + b"\n", b"\n"),
        BODY + b"x" * MAX_REQUEST,
    ],
)
def test_what_is_not_a_request_is_400(body):
    assert body != BODY
    assert refused(body, head_at(3)) == 400


def test_a_request_goes_there_and_back():
    made = Request(old=3, proof=LOG.prove(3, 8), checkpoint=LOG.note(8))
    assert decode_request(encode_request(made)) == made
    many = Request(old=3, proof=(bytes(32),) * 63, checkpoint=LOG.note(8))
    assert decode_request(encode_request(many)) == many
    with pytest.raises(InputError, match="at most 63"):
        decode_request(encode_request(Request(old=3, proof=(bytes(32),) * 64, checkpoint=LOG.note(8))))


def line_of(size=8, word="w", name=None, at=NOW):
    text = parse_note(LOG.note(size)).text
    return signature_line(cosign(text, name or f"{word}.example", SeededKey(word), at))


LONG = f"\u2014 q.example {encode_base64(bytes(2428))}\n".encode()


def longer_text():
    """Return an answer that makes the note a longer one, which the witness has really signed."""
    text = parse_note(LOG.note(8)).text + b"\nmore\n"
    seconds = int(NOW.timestamp())
    signature = seconds.to_bytes(8, "big") + SeededKey("w").sign(cosigned(text, seconds))
    return b"more\n\n" + signature_line(NoteSignature(name=KEY.name, hash=KEY.hash, signature=signature))


def read(body, now=NOW):
    return read_cosignature(Answer(status=200, body=body), LOG.note(8), KEY, now)


def test_of_an_answer_only_the_witness_s_own_line_is_taken():
    assert read(line_of()) == line_of()
    assert read(line_of(word="x") + line_of() + line_of(word="y")) == line_of()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"ok\n",
        line_of().rstrip(b"\n"),
        line_of() + b"\n",
        line_of() * 2,
        line_of() + line_of(size=7),
        line_of(size=7),
        line_of(word="x"),
        line_of(word="x", name="w.example"),
        line_of(at=NOW + HOUR),
        b"more text\n\n" + line_of(),
        line_of() + b"x" * MAX_ANSWER,
        line_of() + LONG * 30,
        longer_text(),
    ],
)
def test_an_answer_that_is_not_the_witness_s_cosignature(body):
    with pytest.raises((InputError, SignatureError)):
        read(body)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"3\n"),
        (SIZE_TYPE, b"3"),
        (SIZE_TYPE, b"03\n"),
        (SIZE_TYPE, b"\xd9\xa3\n"),
        (SIZE_TYPE, b"\n"),
        (SIZE_TYPE, b"3\n\n"),
        ("", b"3\n"),
    ],
)
def test_a_conflict_without_a_size(kind, body):
    with pytest.raises(InputError):
        read_size(Answer(status=409, body=body, type=kind))


def test_a_conflict_may_name_a_charset():
    assert read_size(Answer(status=409, body=b"7\n", type="Text/X.Tlog.Size; charset=utf-8")) == 7


def test_a_cosignature_is_one_line():
    with pytest.raises(InputError):
        add_cosignatures(LOG.note(8), [b"\nmore\n\n" + line_of()])
    with pytest.raises(InputError):
        add_cosignatures(LOG.note(8), [line_of().rstrip(b"\n")])


def test_a_log_that_changes_keys_has_two():
    fresh = NoteKey(name=LOG.origin, key=SeededKey("fresh").key)
    note = sign_checkpoint(LOG.head(3), SeededKey("fresh"))
    body = encode_request(Request(old=0, proof=(), checkpoint=note))
    assert refused(body) == 403
    assert ask(body, logs={LOG.origin: [LOG.key, fresh]})[0].status == 200
