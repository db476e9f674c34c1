from datetime import UTC, datetime, timedelta

import pytest

from sekisho.errors import InputError, SignatureError
from sekisho.ledger.cosignature import CLOCK_SKEW, Cosignature, cosign, read_cosignatures
from sekisho.ledger.note import Note, NoteSignature, encode_note, open_note, parse_note, sign_note
from sekisho.ledger.schemes import KeyType, key_hash
from sekisho.signing import public_key
from tests.keys import SeededKey
from tests.logs import Growing, witness_key

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOG = Growing()
NOTE = parse_note(LOG.note(5))
W = SeededKey("w")
W1, W2 = witness_key("w"), witness_key("w", "other.example")


def note_with(*marks):
    return encode_note(Note(text=NOTE.text, signatures=(*NOTE.signatures, *marks)))


def opened(*marks, keys=(W1,)):
    return read_cosignatures(open_note(note_with(*marks), (LOG.key, *keys)), keys)


def test_a_cosignature_holds():
    (mark,) = opened(cosign(NOTE.text, "w.example", W, NOW))
    assert mark == Cosignature(name="w.example", key=W.key, at=NOW)


def test_the_form_is_time_and_signature():
    mark = cosign(NOTE.text, "w.example", W, NOW)
    assert mark.hash == key_hash("w.example", KeyType.ED25519_COSIGNATURE, public_key(W.key))
    assert len(mark.signature) == 72
    assert int.from_bytes(mark.signature[:8], "big") == int(NOW.timestamp())
    message = b"cosignature/v1\ntime %d\n" % NOW.timestamp() + NOTE.text
    assert mark.signature[8:] == W.sign(message)


@pytest.mark.parametrize("at", [0, 7, 8, 71])
def test_a_changed_time_or_signature_refuses_the_note(at):
    mark = cosign(NOTE.text, "w.example", W, NOW)
    changed = bytearray(mark.signature)
    changed[at] ^= 1
    with pytest.raises(SignatureError, match="does not hold"):
        opened(NoteSignature(name=mark.name, hash=mark.hash, signature=bytes(changed)))


def test_a_signature_has_one_length():
    mark = cosign(NOTE.text, "w.example", W, NOW)
    for longer in (
        mark.signature[:8] + b"x" + mark.signature[8:],
        mark.signature + b"x",
        mark.signature[:71],
    ):
        with pytest.raises(SignatureError, match="does not hold"):
            opened(NoteSignature(name=mark.name, hash=mark.hash, signature=longer))
    log = NOTE.signatures[0]
    padded = NoteSignature(name=log.name, hash=log.hash, signature=b"x" + log.signature)
    with pytest.raises(SignatureError, match="does not hold"):
        open_note(encode_note(Note(text=NOTE.text, signatures=(padded,))), [LOG.key])


def test_a_cosignature_of_another_text_refuses_the_note():
    with pytest.raises(SignatureError, match="does not hold"):
        opened(cosign(parse_note(LOG.note(6)).text, "w.example", W, NOW))


def test_a_plain_signature_by_the_witness_s_key_is_no_cosignature():
    plain = parse_note(sign_note(NOTE.text, "w.example", W)).signatures[0]
    assert opened(plain) == ()
    as_cosignature = NoteSignature(name="w.example", hash=W1.hash, signature=plain.signature)
    with pytest.raises(SignatureError, match="does not hold"):
        opened(as_cosignature)


def test_a_log_s_signature_counts_for_no_witness():
    assert read_cosignatures(open_note(note_with(), [LOG.key]), [LOG.key]) == ()


def test_one_key_under_two_names_is_one_witness():
    marks = [cosign(NOTE.text, name, W, NOW) for name in ("w.example", "other.example")]
    assert len(opened(*marks, keys=(W1, W2))) == 1


def test_a_time_that_no_calendar_has_is_refused():
    seconds = 2**63 - 1
    signature = seconds.to_bytes(8, "big") + W.sign(b"cosignature/v1\ntime %d\n" % seconds + NOTE.text)
    with pytest.raises(SignatureError, match="no calendar"):
        opened(NoteSignature(name="w.example", hash=W1.hash, signature=signature))


def test_stale_and_future():
    mark = Cosignature(name="w", key=W.key, at=NOW)
    day = timedelta(days=1)
    assert mark.in_time(NOW)
    assert mark.in_time(NOW + 400 * day)
    assert mark.in_time(NOW + day, day)
    assert not mark.in_time(NOW + day + timedelta(seconds=1), day)
    assert mark.in_time(NOW - CLOCK_SKEW)
    assert not mark.in_time(NOW - CLOCK_SKEW - timedelta(seconds=1))


def test_only_checkpoints_are_cosigned():
    for text in (b"hello\n", NOTE.text + b"extension\n", NOTE.text.replace(b"\n5\n", b"\n05\n")):
        with pytest.raises(InputError):
            cosign(text, "w.example", W, NOW)
    with pytest.raises(InputError):
        cosign(NOTE.text, "w example", W, NOW)
    with pytest.raises(InputError, match="1970"):
        cosign(NOTE.text, "w.example", W, datetime(1969, 12, 31, tzinfo=UTC))
