from datetime import UTC, datetime

import pytest

from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger.checkpoint import (
    Checkpoint,
    check_origin,
    decode_checkpoint,
    encode_checkpoint,
    open_checkpoint,
    parse_decimal,
    sign_checkpoint,
)
from sekisho.ledger.cosignature import cosign
from sekisho.ledger.note import Note, NoteKey, encode_note, open_note, sign_note
from sekisho.ledger.schemes import KeyType
from sekisho.ledger.tree import EMPTY_ROOT
from tests.keys import SeededKey

SIGNER = SeededKey("log")
ORIGIN = "log.example/one"
KEY = NoteKey(name=ORIGIN, key=SIGNER.key)
HEAD = Checkpoint(origin=ORIGIN, size=12, root=bytes(range(32)))
BODY = b"log.example/one\n12\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"


def test_the_text_is_three_lines():
    assert encode_checkpoint(HEAD) == BODY
    assert decode_checkpoint(BODY) == HEAD
    assert open_checkpoint(sign_checkpoint(HEAD, SIGNER), [KEY], origin=ORIGIN) == HEAD


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n",
        BODY.rstrip(b"\n"),
        BODY + b"extension\n",
        BODY + b"\n",
        BODY.replace(b"12", b"012"),
        BODY.replace(b"12", b"+12"),
        BODY.replace(b"12", b" 12"),
        BODY.replace(b"12", b"1_2"),
        BODY.replace(b"12", "\uff11\uff12".encode()),
        BODY.replace(b"12", b"-12"),
        BODY.replace(b"12", b""),
        BODY.replace(b"12", b"9223372036854775808"),
        BODY.replace(b"12", b"0"),
        BODY.replace(b"log.example/one", b""),
        BODY.replace(b"h8=", b"h9="),
        BODY.replace(b"h8=", b"h8"),
        BODY.replace(b"Hh8=", b""),
        BODY.replace(b"Hh8=", b"Hh8A"),
        BODY.replace(b"log", b"l\xffg"),
        BODY.replace(b"\n", b"\r\n"),
    ],
)
def test_what_is_not_a_checkpoint(text):
    with pytest.raises(InputError):
        decode_checkpoint(text)


def test_the_empty_tree_has_one_root():
    empty = Checkpoint(origin=ORIGIN, size=0, root=EMPTY_ROOT)
    assert decode_checkpoint(encode_checkpoint(empty)) == empty
    with pytest.raises(ValueError, match="empty tree"):
        Checkpoint(origin=ORIGIN, size=0, root=bytes(32))


def test_the_right_key_under_another_origin_is_refused():
    other = sign_note(BODY.replace(b"one", b"two"), ORIGIN, SIGNER)
    with pytest.raises(EvidenceError, match=r"not of 'log\.example/one'"):
        open_checkpoint(other, [KEY], origin=ORIGIN)


def test_a_witness_s_key_does_not_open_a_checkpoint():
    witness = NoteKey(name=ORIGIN, key=SIGNER.key, type=KeyType.ED25519_COSIGNATURE)
    mark = cosign(BODY, ORIGIN, SIGNER, datetime(2026, 11, 22, tzinfo=UTC))
    note = encode_note(Note(text=BODY, signatures=(mark,)))
    assert open_note(note, [witness]).text == BODY
    with pytest.raises(SignatureError, match="does not sign as a log"):
        open_checkpoint(note, [witness], origin=ORIGIN)


def test_another_key_is_refused():
    with pytest.raises(SignatureError):
        open_checkpoint(sign_checkpoint(HEAD, SeededKey("other")), [KEY], origin=ORIGIN)


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "https://log.example", "a\nb"])
def test_a_log_of_ours_has_a_plain_origin(origin):
    with pytest.raises(InputError):
        check_origin(origin)


def test_a_log_of_ours_never_signs_under_a_bad_origin():
    with pytest.raises(InputError):
        sign_checkpoint(Checkpoint(origin="go.sum database tree", size=1, root=bytes(32)), SIGNER)


def test_decimal():
    assert [parse_decimal(text) for text in ("0", "7", "9223372036854775807")] == [0, 7, 2**63 - 1]
    for text in ("", "00", "7\n", "\u0667", "1\u0667", "1e3", "9" * 19, "1" * 5000):
        with pytest.raises(InputError):
            parse_decimal(text)
