import hashlib
import hmac

from sekisho.audit.membership.records import RECORD_BYTES, encode_run, map_key, membership_name, nonce_of

NONCE, ROW_KEY = b"n" * 32, b"k" * 32
DIGESTS = [hashlib.sha256(bytes([n])).digest() for n in range(6)]
LEAVES = [bytes([n]) * 32 for n in range(6)]


def test_the_key_is_a_digest_of_nonce_and_file():
    expected = hashlib.sha256(b"sekisho/m/v1" + NONCE + DIGESTS[0]).digest()
    assert map_key(NONCE, DIGESTS[0]) == expected


def test_the_nonce_follows_from_the_row_key_and_does_not_tell_it():
    assert nonce_of(ROW_KEY) == hmac.digest(ROW_KEY, b"sekisho/membership/nonce/v1", "sha256")
    assert nonce_of(ROW_KEY) != nonce_of(b"K" * 32)


def test_a_run_is_ordered_by_key():
    data = encode_run(DIGESTS, LEAVES, NONCE)
    records = [data[at : at + RECORD_BYTES] for at in range(0, len(data), RECORD_BYTES)]
    assert records == sorted(
        map_key(NONCE, digest) + leaf for digest, leaf in zip(DIGESTS, LEAVES, strict=True)
    )


def test_rows_without_a_digest_are_not_in_it():
    data = encode_run([None, DIGESTS[1], None], LEAVES[:3], NONCE)
    assert data == map_key(NONCE, DIGESTS[1]) + LEAVES[1]
    assert encode_run([None], LEAVES[:1], NONCE) == encode_run([], [], NONCE) == b""


def test_rows_with_the_same_bytes_stay_in_their_order():
    data = encode_run([DIGESTS[0]] * 3, [LEAVES[2], LEAVES[0], LEAVES[1]], NONCE)
    assert [data[at + 32] for at in range(0, len(data), RECORD_BYTES)] == [2, 0, 1]


def test_the_name_of_the_file():
    assert membership_name("ab12") == "membership/ab12.run"
