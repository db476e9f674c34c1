import datetime as dt
import io
import json
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sekisho.detect.signals.c2pa import c2pa_signals, may_have_c2pa
from sekisho.errors import MissingExtraError
from sekisho.model.signal import SignalFamily, SignalUse, Stance
from sekisho.store.provenance import Provenance, claimed, has_reader, read_manifests, read_provenance
from tests.world import drawn

needed = pytest.mark.skipif(not has_reader(), reason="the extra [c2pa] (c2pa-python) is not installed")
DAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def certificate(subject, key, issuer, issuer_key, *, leaf):
    name, by = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n)]) for n in (subject, issuer))
    if leaf:
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, subject),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tests"),
            ]
        )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(7 if leaf else 3)
        .not_valid_before(DAY)
        .not_valid_after(DAY + dt.timedelta(days=20_000))
        .add_extension(x509.BasicConstraints(ca=not leaf, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=not leaf,
                crl_sign=not leaf,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    if leaf:
        made = made.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
    return made.sign(issuer_key, hashes.SHA256())


def signed(data):
    """Return a picture with a manifest that an invented signer has signed."""
    c2pa = pytest.importorskip("c2pa")

    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    chain = (
        certificate("Kumo Camera", leaf, "Root of Tests", root, leaf=True),
        certificate("Root of Tests", root, "Root of Tests", root, leaf=False),
    )
    pem = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain).decode()

    def sign(message):
        r, s = decode_dss_signature(leaf.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)

    source = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    manifest = {
        "claim_generator_info": [{"name": "Kumo Studio", "version": "1"}],
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": source}]},
            },
            {
                "label": "cawg.training-mining",
                "data": {"entries": {"cawg.ai_generative_training": {"use": "notAllowed"}}},
            },
        ],
    }
    settings = {"builder": {"thumbnail": {"enabled": False}}}
    out = io.BytesIO()
    with (
        c2pa.Context.from_dict(settings) as context,
        c2pa.Builder(json.dumps(manifest), context) as builder,
        c2pa.Signer.from_callback(sign, c2pa.C2paSigningAlg.ES256, pem, None) as signer,
    ):
        builder.sign(signer, "image/png", io.BytesIO(data), out)
    return out.getvalue()


@pytest.fixture(scope="module")
def picture():
    return signed(drawn(1))


@needed
def test_it_is_told_who_claims_what(picture):
    found = read_provenance(picture, "image/png")
    assert (found.signer, found.generator) == ("Kumo Camera", "Kumo Studio")
    assert found.actions == ("c2pa.created trainedAlgorithmicMedia",)
    assert found.training == ("cawg.ai_generative_training: notAllowed",)
    assert found.holds
    assert found.problems == ()


@needed
def test_a_claim_does_not_hold_for_another_picture(picture):
    at = picture.rindex(b"IDAT") + 60
    found = read_provenance(picture[:at] + bytes([picture[at] ^ 1]) + picture[at + 1 :], "image/png")
    assert not found.holds
    assert "assertion.dataHash.mismatch" in found.problems


@needed
def test_a_file_without_a_manifest_claims_nothing():
    assert read_provenance(drawn(1), "image/png") is None
    assert read_provenance(b"", "image/png") is None
    assert read_provenance(b"x" * 100, "application/x-nobody-knows") is None


@needed
def test_manifests_are_handed_on_as_they_are(picture):
    assert may_have_c2pa(picture, "image/png")
    assert not may_have_c2pa(drawn(1), "image/png")
    made, signal = c2pa_signals(read_manifests(picture, "image/png"))
    assert (made.family, made.stances) == (SignalFamily.SOURCE_TYPE, {})
    assert (signal.family, signal.stances) == (
        SignalFamily.CAWG,
        {SignalUse.TRAIN_GENERATIVE: Stance.DISALLOW},
    )
    assert signal.note == "signer=Kumo Camera; state=Valid"


@needed
def test_manifests_that_can_not_be_read_are_not_taken_for_none(picture):
    assert read_manifests(drawn(1), "image/png") is None
    at = picture.index(b"caBX")
    broken = read_manifests(picture[: at + 40] + bytes(40) + picture[at + 80 :], "image/png")
    assert broken == {}
    assert set(c2pa_signals(broken)[0].stances.values()) == {Stance.ERROR}


def test_a_signer_is_nowhere_called_trusted():
    assert "trusted" not in Provenance.__slots__


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"manifests": [], "active_manifest": "a"},
        {"manifests": {"a": 1}, "active_manifest": "a"},
        {"manifests": {"a": {}}},
    ],
)
def test_what_has_no_active_manifest_claims_nothing(found):
    assert claimed(found) is None


def test_every_field_of_a_manifest_may_be_of_another_form():
    hostile = {"label": "c2pa.actions", "data": {"actions": [1, {"action": 5, "digitalSourceType": []}]}}
    mining = {"label": "cawg.training-mining", "data": {"entries": {"x": 1, "y": {"use": 3}}}}
    active = {"signature_info": 1, "claim_generator_info": [None], "assertions": [7, hostile, mining]}
    found = claimed({"manifests": {"a": active}, "active_manifest": "a", "validation_status": [1, {}]})
    assert (found.signer, found.generator, found.actions, found.training) == ("", "", (), ("y: ",))
    assert not found.holds


def test_without_the_extra_it_is_said_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "c2pa", None)
    assert not has_reader()
    with pytest.raises(MissingExtraError) as error:
        read_provenance(drawn(1), "image/png")
    assert "sekisho[c2pa]" in error.value.hint
