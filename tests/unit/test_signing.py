import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sekisho.codec import canonical
from sekisho.errors import InputError, SignatureError
from sekisho.signing import (
    GRANT,
    VOUCH,
    key_id,
    open_statement,
    pae,
    public_key,
    read_payload,
    sign_statement,
    verify_raw,
)
from tests.keys import SeededKey

ALICE, MALLORY = SeededKey("alice"), SeededKey("mallory")
PAYLOAD = canonical({"a": 1})

P = 2**255 - 19
WEAK = {
    "identity": 1,
    "order 2": P - 1,
    "order 4": 0,
    "order 8": int.from_bytes(
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
    ),
    "order 8, the other": int.from_bytes(
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
    ),
}
WEAK |= {f"{name}, other sign": y | 1 << 255 for name, y in list(WEAK.items())}
WEAK |= {"not canonical, identity": P + 1, "not canonical, order 4": P, "not canonical, y": P + 3}


def fields(envelope):
    return json.loads(envelope)


def test_what_is_signed_is_the_pre_authentication_encoding_of_dsse():
    # protocol.md of secure-systems-lab/dsse, the test vector of v1.
    assert (
        pae("http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pae("é", "日本".encode()) == "DSSEv1 2 é 6 日本".encode()


def test_a_statement_opens_with_payload_and_signer():
    opened = open_statement(sign_statement(GRANT, PAYLOAD, ALICE), GRANT)
    assert (opened.type, opened.payload, opened.signer) == (GRANT, PAYLOAD, ALICE.key)


def test_the_signature_is_over_the_encoding_and_not_the_payload():
    envelope = fields(sign_statement(GRANT, PAYLOAD, ALICE))
    signature = base64.b64decode(envelope["signatures"][0]["sig"])
    key = Ed25519PublicKey.from_public_bytes(public_key(ALICE.key))
    key.verify(signature, pae(GRANT, PAYLOAD))
    assert not verify_raw(public_key(ALICE.key), signature, PAYLOAD)


def _forged(change):
    envelope = fields(sign_statement(GRANT, PAYLOAD, ALICE))
    change(envelope)
    return canonical(envelope)


def _b64(data):
    return base64.b64encode(data).decode()


FORGERIES = {
    "payload": lambda e: e.update(payload=_b64(canonical({"a": 2}))),
    "payload, one space": lambda e: e.update(payload=_b64(PAYLOAD + b" ")),
    "another signer's name": lambda e: e["signatures"][0].update(keyid=MALLORY.key),
    "signature of another": lambda e: e["signatures"][0].update(sig=_b64(MALLORY.sign(pae(GRANT, PAYLOAD)))),
    "signature of the bare payload": lambda e: e["signatures"][0].update(sig=_b64(ALICE.sign(PAYLOAD))),
    "signature for another type": lambda e: e["signatures"][0].update(
        sig=_b64(ALICE.sign(pae(VOUCH, PAYLOAD)))
    ),
    "no signature": lambda e: e.update(signatures=[]),
    "empty signature": lambda e: e["signatures"][0].update(sig=""),
    "zeros": lambda e: e["signatures"][0].update(sig=_b64(bytes(64))),
    "short signature": lambda e: e["signatures"][0].update(sig=e["signatures"][0]["sig"][:40]),
    "two signatures": lambda e: e["signatures"].append(e["signatures"][0]),
    "not base64": lambda e: e.update(payload="%%%%"),
    "another type": lambda e: e.update(payloadType=VOUCH),
    "more fields": lambda e: e.update(note="x"),
    "more fields inside": lambda e: e["signatures"][0].update(alg="none"),
    "no key": lambda e: e["signatures"][0].pop("keyid"),
    "spare bits of the signature": lambda e: e["signatures"][0].update(sig=_spare(e["signatures"][0]["sig"])),
}


def _spare(text):
    """Set one of the bits that base64 of 64 bytes does not use."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = alphabet[alphabet.index(text[-3]) ^ 1]
    return text[:-3] + last + text[-2:]


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_statement_does_not_open(name):
    with pytest.raises((SignatureError, InputError)):
        open_statement(_forged(FORGERIES[name]), GRANT)


def test_spare_bits_do_not_change_what_base64_means():
    signature = fields(sign_statement(GRANT, PAYLOAD, ALICE))["signatures"][0]["sig"]
    assert base64.b64decode(_spare(signature), validate=True) == base64.b64decode(signature)


def test_every_flipped_byte_of_a_statement_is_noticed():
    envelope = sign_statement(GRANT, PAYLOAD, ALICE)
    for at in range(len(envelope)):
        damaged = bytearray(envelope)
        damaged[at] ^= 1
        with pytest.raises((SignatureError, InputError)):
            open_statement(bytes(damaged), GRANT)


def test_an_envelope_that_is_not_canonical_is_refused():
    envelope = sign_statement(GRANT, PAYLOAD, ALICE)
    for other in (envelope + b"\n", b" " + envelope, json.dumps(fields(envelope)).encode()):
        with pytest.raises(InputError):
            open_statement(other, GRANT)


def test_a_statement_of_any_type_opens_only_if_no_type_is_expected():
    envelope = sign_statement(GRANT, PAYLOAD, ALICE)
    assert open_statement(envelope).type == GRANT
    with pytest.raises(SignatureError, match="expected"):
        open_statement(envelope, VOUCH)


def test_read_payload_does_not_verify_but_keeps_the_type():
    forged = _forged(FORGERIES["zeros"])
    assert read_payload(forged, GRANT) == PAYLOAD
    with pytest.raises(SignatureError):
        read_payload(forged, VOUCH)


@pytest.mark.parametrize("name", WEAK)
def test_weak_keys_are_refused_even_where_their_signatures_hold(name):
    raw = (WEAK[name] & ((1 << 256) - 1)).to_bytes(32, "little")
    with pytest.raises(SignatureError, match="weak"):
        public_key(key_id(raw))
    # R = identity, S = 0 satisfies the equation for the identity as key and any message.
    assert not verify_raw(raw, (1).to_bytes(32, "little") + bytes(32), b"anything")


def test_the_attack_that_weak_keys_allow_is_real():
    key = Ed25519PublicKey.from_public_bytes((1).to_bytes(32, "little"))
    key.verify((1).to_bytes(32, "little") + bytes(32), b"anything")


@pytest.mark.parametrize("word", [f"key {n}" for n in range(20)])
def test_keys_come_back_from_their_id(word):
    key = SeededKey(word).key
    assert key_id(public_key(key)) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ed25519:",
        ALICE.key[:-1],
        ALICE.key + "A",
        ALICE.key + "=",
        ALICE.key + "\n",
        ALICE.key.removeprefix("ed25519:"),
        ALICE.key.replace("ed25519:", "ED25519:"),
        "ed25519:" + "é" * 43,
        "ed25519:" + "A" * 42 + "B",
        "ed25519:" + "*" * 43,
    ],
)
def test_what_is_not_a_key_id_is_refused(text):
    with pytest.raises(SignatureError, match=r"not a key id"):
        public_key(text)


def test_a_signature_of_the_wrong_length_does_not_hold():
    message = b"m"
    raw = public_key(ALICE.key)
    assert verify_raw(raw, ALICE.sign(message), message)
    assert not verify_raw(raw, ALICE.sign(message) + b"\0", message)
    assert not verify_raw(raw[:-1], ALICE.sign(message), message)
