import base64

import pytest

from sekisho.errors import InputError, SignatureError
from sekisho.ledger.note import (
    MAX_NAME,
    MAX_NOTE,
    MAX_SIGNATURES,
    NoteKey,
    check_name,
    decode_base64,
    encode_base64,
    open_note,
    parse_note,
    parse_vkey,
    sign_note,
    split_vkey,
)
from sekisho.ledger.schemes import KeyType, Role, key_hash
from sekisho.signing import key_id, public_key
from tests.keys import SeededKey

ALICE, BOB = SeededKey("alice"), SeededKey("bob")
A, B = NoteKey(name="a.example", key=ALICE.key), NoteKey(name="b.example", key=BOB.key)
TEXT = b"first\n\nsecond\n"
NOTE = sign_note(TEXT, "a.example", ALICE)


def line(note):
    return note.removeprefix(TEXT + b"\n")


def vkey(name, kind, public, digest=None):
    digest = digest or key_hash(name, kind, public).hex()
    return f"{name}+{digest}+{encode_base64(bytes([kind]) + public)}"


def test_a_signed_note_opens():
    note = open_note(NOTE, [A, B])
    assert note.text == TEXT
    assert [mark.name for mark in note.signatures] == ["a.example"]
    assert parse_vkey(A.vkey) == A


def test_a_note_is_split_at_its_last_blank_line():
    inner = sign_note(NOTE, "b.example", BOB)
    assert open_note(inner, [B]).text == NOTE
    with pytest.raises(SignatureError, match="no signature"):
        open_note(inner, [A])


def test_an_unknown_signature_is_ignored_even_if_false():
    forged = sign_note(b"other\n", "b.example", BOB).removeprefix(b"other\n\n")
    assert open_note(NOTE + forged, [A]).text == TEXT


def test_a_known_key_that_fails_refuses_the_note():
    forged = sign_note(b"other\n", "b.example", BOB).removeprefix(b"other\n\n")
    with pytest.raises(SignatureError, match=r"b\.example' does not hold"):
        open_note(NOTE + forged, [A, B])


def test_the_right_hash_under_another_name_is_unknown_and_the_reverse():
    other_name = NOTE.replace(b" a.example ", b" c.example ")
    other_hash = TEXT + b"\n" + f"\u2014 a.example {encode_base64(B.hash + b's' * 64)}\n".encode()
    for note in (other_name, other_hash):
        with pytest.raises(SignatureError, match="no signature"):
            open_note(note, [A])


def test_nobody_signs_twice():
    with pytest.raises(SignatureError, match="twice"):
        open_note(NOTE + line(NOTE), [A])
    assert len(open_note(NOTE, [A, A]).signatures) == 1


def test_two_keys_with_one_hash_are_refused():
    """The hash has 32 bits: these two were found in a second."""
    words = "key 63538", "key 116798"
    first, second = (NoteKey(name="a.example", key=SeededKey(word).key) for word in words)
    note = sign_note(TEXT, "a.example", SeededKey(words[0]))
    assert first.hash == second.hash
    assert open_note(note, [first]).text == TEXT
    with pytest.raises(SignatureError, match="share one hash"):
        open_note(note, [first, second])


def test_a_changed_text_is_refused():
    with pytest.raises(SignatureError, match="does not hold"):
        open_note(NOTE.replace(b"second", b"sec0nd"), [A])


def test_a_short_signature_is_refused():
    cut = f"\u2014 a.example {encode_base64(A.hash + b's' * 63)}\n".encode()
    with pytest.raises(SignatureError, match="does not hold"):
        open_note(TEXT + b"\n" + cut, [A])


def test_many_lines_are_accepted_up_to_a_cap():
    extra = [f"\u2014 w{i}.example {encode_base64(b'hash' + b's' * 2428)}\n".encode() for i in range(64)]
    many = NOTE + b"".join(extra[: MAX_SIGNATURES - 1])
    assert len(parse_note(many).signatures) == MAX_SIGNATURES
    assert open_note(many, [A]).text == TEXT
    with pytest.raises(InputError, match="1-64"):
        parse_note(many + extra[-1])
    with pytest.raises(InputError, match="at most"):
        parse_note(b"x" * MAX_NOTE + NOTE)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\n",
        TEXT,
        TEXT + b"\n",
        TEXT.rstrip(b"\n") + b"\n" + line(NOTE),
        NOTE.rstrip(b"\n"),
        NOTE + b"\n",
        NOTE + b"trailing\n",
        NOTE.replace(b"\n", b"\r\n"),
        NOTE.replace(b"first", b"fi\0rst"),
        NOTE.replace(b"first", b"fi\trst"),
        NOTE.replace(b"first", b"fi\xffrst"),
        NOTE.replace(b"first", b"fi\xed\xa0\x80rst"),
        NOTE.replace("\u2014 ".encode(), b"- "),
        NOTE.replace("\u2014 ".encode(), "\u2014".encode()),
        NOTE.replace(b" a.example ", b" a.example  "),
        NOTE.replace(b" a.example ", b" a+example "),
        NOTE.replace(b" a.example ", " a\u00a0example ".encode()),
        NOTE.replace(b" a.example ", b"  "),
        TEXT + "\n\u2014 a.example AAAAAA==\n".encode(),
        TEXT + "\n\u2014 a.example AAAAAAE\n".encode(),
        TEXT + "\n\u2014 a.example AAAAAAF=\n".encode(),
        TEXT + "\n\u2014 a.example AAAA_AE=\n".encode(),
        TEXT + "\n\u2014 a.example\n".encode(),
    ],
)
def test_what_is_not_a_note(note):
    with pytest.raises(InputError):
        parse_note(note)


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\u00a0b", "a\u3000b", "a\nb", "a\x01b", "x" * (MAX_NAME + 1)]
)
def test_what_is_not_a_name(name):
    with pytest.raises(InputError):
        check_name(name)
    with pytest.raises(InputError):
        NoteKey(name=name, key=ALICE.key)


@pytest.mark.parametrize("text", ["AB==", "AA", "AA=\n=", " AA==", "AA==\n", "A_==", "\u00e9AA=", "AA==AA=="])
def test_base64_has_one_form(text):
    with pytest.raises(InputError, match="base64"):
        decode_base64(text)


@pytest.mark.parametrize(
    "text", ["", "a", "a+b", "a+12345678", "a+1234567G+AAAA", "a b+12345678+AA==", "a+12345678+A"]
)
def test_what_is_not_a_verifier_key(text):
    with pytest.raises((InputError, SignatureError)):
        parse_vkey(text)


def test_a_verifier_key_has_the_hash_of_its_name():
    public = public_key(ALICE.key)
    assert parse_vkey(vkey("a.example", KeyType.ED25519, public)) == A
    with pytest.raises(SignatureError, match="does not have the hash"):
        parse_vkey(vkey("a.example", KeyType.ED25519, public, digest="00000000"))
    with pytest.raises(SignatureError, match="does not have the hash"):
        parse_vkey(A.vkey.replace("a.example", "b.example"))


@pytest.mark.parametrize("kind", [kind for kind in KeyType if kind is not KeyType.ED25519])
def test_a_key_of_another_type_is_not_a_log_s(kind):
    with pytest.raises(SignatureError, match="type 01"):
        parse_vkey(vkey("a.example", kind, public_key(ALICE.key)))


@pytest.mark.parametrize("kind", [kind for kind in KeyType if kind is not KeyType.ED25519_COSIGNATURE])
def test_a_key_of_another_type_is_not_a_witness_s(kind):
    with pytest.raises(SignatureError, match="a witness"):
        parse_vkey(vkey("a.example", kind, public_key(ALICE.key)), Role.WITNESS)


def test_a_witness_s_key_goes_there_and_back():
    key = NoteKey(name="w.example", key=ALICE.key, type=KeyType.ED25519_COSIGNATURE)
    assert parse_vkey(key.vkey, Role.WITNESS) == key
    assert key.role is Role.WITNESS
    assert key.hash != NoteKey(name="w.example", key=ALICE.key).hash


@pytest.mark.parametrize("kind", [KeyType.ECDSA, KeyType.ML_DSA_44, KeyType.OTHER])
def test_a_key_of_an_unknown_type_can_not_be_made(kind):
    with pytest.raises(ValueError, match="unknown here"):
        NoteKey(name="a.example", key=ALICE.key, type=kind)
    assert split_vkey(vkey("a.example", kind, b"any length"))[1] == kind


def test_a_key_whose_name_is_no_text_is_refused():
    with pytest.raises(InputError):
        parse_vkey("\udcff+12345678+AQ==")


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_public_key_has_32_bytes(length):
    with pytest.raises(SignatureError, match="type 01"):
        parse_vkey(vkey("a.example", KeyType.ED25519, b"k" * length))


@pytest.mark.parametrize("number", [0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18, 2**255 + 1])
def test_a_weak_key_is_refused(number):
    """The identity point verifies an all-zero signature of every message."""
    public = number.to_bytes(32, "little")
    with pytest.raises(SignatureError, match="weak"):
        parse_vkey(vkey("a.example", KeyType.ED25519, public))
    with pytest.raises(SignatureError, match="weak"):
        NoteKey(name="a.example", key=key_id(public))


def test_only_whole_lines_are_signed():
    for text in (b"", b"no newline", b"bell\a\n"):
        with pytest.raises(InputError):
            sign_note(text, "a.example", ALICE)
    assert base64.b64decode(line(NOTE).split()[-1])[:4] == A.hash
