import hashlib

from sekisho.ledger.schemes import SCHEMES, KeyType, Role, cosigned, key_hash


def test_which_types_sign_in_which_role():
    assert {kind: scheme.role for kind, scheme in SCHEMES.items()} == {
        KeyType.ED25519: Role.LOG,
        KeyType.ED25519_COSIGNATURE: Role.WITNESS,
    }


def test_a_log_signs_the_text_and_a_witness_a_header_with_its_time():
    time = (1679315147).to_bytes(8, "big")
    assert SCHEMES[KeyType.ED25519].message(b"text\n", b"s" * 64) == b"text\n"
    message = SCHEMES[KeyType.ED25519_COSIGNATURE].message(b"text\n", time + b"s" * 64)
    assert message == cosigned(b"text\n", 1679315147) == b"cosignature/v1\ntime 1679315147\ntext\n"


def test_a_key_hash_depends_on_name_type_and_key():
    want = hashlib.sha256(b"a\n\x04" + b"k" * 32).digest()[:4]
    assert key_hash("a", 4, b"k" * 32) == want
    assert len({key_hash(n, t, b"k" * 32) for n in "ab" for t in (1, 4)}) == 4
