"""What `bench_signals.py` reads: pictures with XMP, IPTC and C2PA, addresses, and copies of site files.

Nothing is downloaded: packets and records are written as programs for photographs write them, manifests are
signed by a key that is made here, and the sites are invented.
"""

import io
import json
import random
import struct
import tarfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import c2pa
import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sekisho.detect.signals.agents import AgentClass, agents
from sekisho.detect.signals.kept import Kept
from sekisho.detect.signals.sites import FILES, Copy, Reached
from sekisho.store.signals import SignalSnapshot, SignalWriter, open_signal_snapshot

__all__ = ["SITES", "addresses", "drawn", "packed", "signed", "site_files", "with_metadata"]

SITES = 4_000
SEED = 20261122
_KINDS = ("", "", "all", "", "", "signal", "", "", "", "", "", "", "all", "", "", "two", "", "", "", "")
"""Of robots.txt: that names all AI systems, two of them, or has a Content-Signal."""
DAY = datetime(2026, 11, 1, tzinfo=UTC)
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_PHOTOSHOP = b"Photoshop 3.0\0"
_PLUS = "http://ns.useplus.org/ldf/vocab/"
_SPACES = {
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "crs": "http://ns.adobe.com/camera-raw-settings/1.0/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}
_SETTINGS = 60
_PADDING = 2048
_MINING = (None, None, "DMI-PROHIBITED-AIMLTRAINING", "DMI-ALLOWED")
"""What every fourth packet says about mining; half of them say nothing."""
_EVERY_XMP, _EVERY_C2PA = 5, 100


def _packet(number: int) -> bytes:
    """Return a packet of about 7 kB: settings of a raw converter, history, rights, padding."""
    spaces = " ".join(f'xmlns:{name}="{space}"' for name, space in _SPACES.items())
    mining = _MINING[number // _EVERY_XMP % len(_MINING)]
    said = f' plus:DataMining="{_PLUS}{mining}"' if mining else ""
    settings = " ".join(f'crs:Setting{n}="{(n * number) % 100}"' for n in range(_SETTINGS))
    history = "".join(
        f'<rdf:li xmp:action="saved" xmp:instanceID="xmp.iid:{number:08x}-{n}" xmp:when="2026-11-01T09:00"/>'
        for n in range(8)
    )
    body = (
        f"<dc:creator><rdf:Seq><rdf:li>Kumo {number}</rdf:li></rdf:Seq></dc:creator>"
        f'<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© Kumo {number}</rdf:li></rdf:Alt></dc:rights>'
        f"<xmpMM:History><rdf:Seq>{history}</rdf:Seq></xmpMM:History>"
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" {spaces}>'
        f'<rdf:Description rdf:about="" photoshop:Credit="Kumo" xmpRights:Marked="True"{said} {settings}>'
        f"{body}</rdf:Description></rdf:RDF></x:xmpmeta>{' ' * _PADDING}<?xpacket end='w'?>"
    ).encode()


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def with_metadata(jpeg: bytes, number: int) -> bytes:
    """Return a JPEG with a packet of XMP and a record of IPTC behind its beginning."""
    iptc = b"".join(
        bytes([0x1C, 2, field]) + struct.pack(">H", len(value)) + value
        for field, value in ((5, b"Title"), (80, b"Kumo"), (116, f"(c) Kumo {number}".encode()))
    )
    resource = b"8BIM" + struct.pack(">H", 0x0404) + bytes(2) + struct.pack(">I", len(iptc)) + iptc
    return (
        jpeg[:2] + _segment(0xE1, _XMP + _packet(number)) + _segment(0xED, _PHOTOSHOP + resource) + jpeg[2:]
    )


def _certificate(
    subject: str, key: ec.EllipticCurvePrivateKey, issuer: ec.EllipticCurvePrivateKey, *, leaf: bool
) -> x509.Certificate:
    def name(words: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, words),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Benchmark"),
            ]
        )

    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name("Benchmark Root"))
        .public_key(key.public_key())
        .serial_number(7 if leaf else 3)
        .not_valid_before(DAY - timedelta(days=365))
        .not_valid_after(DAY + timedelta(days=20_000))
        .add_extension(x509.BasicConstraints(ca=not leaf, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False
        )
        .add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=not leaf, crl_sign=not leaf, **usage),
            critical=True,
        )
    )
    if leaf:
        made = made.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
    return made.sign(issuer, hashes.SHA256())


def signed(files: Sequence[bytes]) -> list[bytes]:
    """Return JPEG files with a C2PA manifest each, which says that nobody may train with them."""
    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    chain = (
        _certificate("Benchmark Camera", leaf, root, leaf=True),
        _certificate("Benchmark Root", root, root, leaf=False),
    )
    pem = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain).decode()

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(leaf.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    refused = {
        "cawg.ai_generative_training": {"use": "notAllowed"},
        "cawg.data_mining": {"use": "constrained"},
    }
    manifest = {
        "claim_generator_info": [{"name": "Benchmark", "version": "1"}],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [{"action": "c2pa.created"}]}},
            {"label": "cawg.training-mining", "data": {"entries": refused}},
        ],
    }
    made = []
    settings = {"builder": {"thumbnail": {"enabled": False}}, "verify": {"verify_after_sign": False}}
    for data in files:
        out = io.BytesIO()
        with (
            c2pa.Context.from_dict(settings) as context,
            c2pa.Builder(json.dumps(manifest), context) as builder,
            c2pa.Signer.from_callback(sign, c2pa.C2paSigningAlg.ES256, pem, None) as signer,
        ):
            builder.sign(signer, "image/jpeg", io.BytesIO(data), out)
        made.append(out.getvalue())
    return made


def packed(path: Path, files: Sequence[Path]) -> tuple[Path, list[bytes]]:
    """Write pictures as a WebDataset, every fifth with XMP and IPTC, every hundredth with C2PA.

    Returns:
        the file, and those of its pictures that have a manifest.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures = [file.read_bytes() for file in files]
    manifests = signed([pictures[n] for n in range(1, len(pictures), _EVERY_C2PA)])
    for number, data in enumerate(pictures):
        if number % _EVERY_XMP == 0:
            pictures[number] = with_metadata(data, number)
        elif number % _EVERY_C2PA == 1:
            pictures[number] = manifests[number // _EVERY_C2PA]
    with tarfile.open(path, "w") as archive:
        for number, data in enumerate(pictures):
            member = tarfile.TarInfo(f"{number:06}.jpg")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path, manifests


def drawn(number: int, side: int = 512) -> bytes:
    """Return a picture that somebody could register: blots on a ground, as JPEG."""
    from PIL import Image, ImageDraw  # noqa: PLC0415

    draw = np.random.default_rng((SEED, number))
    image = Image.new("RGB", (side, side), tuple(draw.integers(0, 256, 3).tolist()))
    pen = ImageDraw.Draw(image)
    for _ in range(150):
        x, y, w, h = draw.integers(0, side, 4).tolist()
        pen.ellipse((x, y, x + w // 3, y + h // 3), fill=tuple(draw.integers(0, 256, 3).tolist()))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def _robots(number: int) -> bytes:
    """Return one of the kinds of robots.txt that sites have; a fifth of them turn away who trains."""
    everybody = (
        f"User-agent: *\nAllow: /\nDisallow: /cgi-bin/\nDisallow: /admin{number}/\nDisallow: /*?sort=\n"
    )
    kind = _KINDS[number % len(_KINDS)]
    if kind == "all":
        named = "".join(f"User-agent: {token}\n" for token in agents()[AgentClass.TRAIN])
        return (named + f"Disallow: /\n\n{everybody}").encode()
    if kind == "two":
        return f"User-agent: GPTBot\nDisallow: /\n\nUser-agent: CCBot\nDisallow: /\n\n{everybody}".encode()
    said = "Content-Signal: search=yes, ai-train=no\n" if kind == "signal" else ""
    return f"{everybody}{said}Sitemap: https://site{number}.example/sitemap.xml\n".encode()


def _tdmrep(number: int) -> bytes:
    rule = {"location": "/", "tdm-reservation": number // 50 % 2}
    return json.dumps([{"location": "/open/*", "tdm-reservation": 0}, rule]).encode()


def _copies(number: int) -> list[Kept]:
    """Return the copies of the files of a site: robots.txt of nine in ten, tdmrep.json of one in fifty."""
    bodies = {FILES[0]: _robots(number) if number % 10 != 9 else b""}  # noqa: PLR2004 - one in ten
    bodies[FILES[1]] = _tdmrep(number) if number % 50 == 13 else b""  # noqa: PLR2004 - one in fifty
    bodies[FILES[2]] = b"User-Agent: *\nDisallow: *.jpg\n" if number % 100 == 57 else b""  # noqa: PLR2004 - one in a hundred
    return [
        Kept(
            copy=Copy(
                url=f"https://site{number}.example{path}",
                reached=Reached.FOUND if body else Reached.ABSENT,
                captured=DAY,
                body=body,
            ),
            status=200 if body else 404,
            final=f"https://site{number}.example{path}",
        )
        for path, body in bodies.items()
    ]


def site_files(path: Path) -> SignalSnapshot:
    """Return a signal snapshot of `SITES` sites; it is kept."""
    if not list(path.glob("*.signals")):
        writer = SignalWriter(path)
        for number in range(SITES):
            for kept in _copies(number):
                writer.append(kept)
        writer.seal()
    return open_signal_snapshot(path)


def addresses(count: int, *, even: bool) -> list[str]:
    """Return addresses of pages of the sites, in no order.

    Args:
        count: how many.
        even: every site has as many pages; else the n-th site has 1/n of the first one's, as on the web.
    """
    draw = random.Random(SEED)  # noqa: S311 - a dataset, no secret
    weights = None if even else [1 / (n + 1) for n in range(SITES)]
    sites = draw.choices(range(SITES), weights, k=count)
    return [f"https://site{site}.example/articles/{n % 50}/page-{n}.html" for n, site in enumerate(sites)]
