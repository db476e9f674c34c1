"""Damaged and hostile headers, pages and files: nothing raises, and no damage turns into leave."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.detect.signals.c2pa import c2pa_signals
from sekisho.detect.signals.epub import epub_signals
from sekisho.detect.signals.headers import header_signals
from sekisho.detect.signals.html import html_signals
from sekisho.detect.signals.item import embedded_signals
from sekisho.detect.signals.licence import read_licence
from sekisho.detect.signals.x_robots import x_robots_signals
from sekisho.detect.signals.xmp import properties, xmp_signals
from sekisho.model.signal import MAX_RAW, SignalUse, Stance
from tests.counts import count
from tests.embedded import (
    avif,
    book,
    gif,
    iim,
    jpeg,
    jpeg_with,
    packet,
    pdf_with,
    png,
    png_with,
    tiff,
    tiff_block,
    webp,
)
from tests.mutate import mutations

NO = packet({"plus:DataMining": "DMI-PROHIBITED", "dc:rights": "(c) A"}, padding=40)
YES = packet({"plus:DataMining": "DMI-ALLOWED"}, {"cc:license": "cc0"}, padding=40)
GUID = "0123456789ABCDEF0123456789ABCDEF"
LONG = jpeg_with(
    (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet({"xmpNote:HasExtendedXMP": GUID})),
    (0xE1, b"http://ns.adobe.com/xmp/extension/\0" + GUID.encode() + len(NO).to_bytes(4) + bytes(4) + NO),
)
RESOURCE = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0a" + iim((2, 116, b"(c) A"))
CLAIMS = jpeg_with((0xE1, b"Exif\0\0" + tiff_block({0x8298: b"(c) A\0", 0x013B: b"B\0"})), (0xED, RESOURCE))
FILES = {
    "jpeg": (jpeg(NO), "image/jpeg"),
    "jpeg-long": (LONG, "image/jpeg"),
    "jpeg-claims": (CLAIMS, "image/jpeg"),
    "png": (png(NO), "image/png"),
    "png-packed": (png(NO, packed=True), "image/png"),
    "png-profile": (
        png_with((b"tEXt", b"Raw profile type xmp\0\nxmp\n 9\n" + NO.hex().encode())),
        "image/png",
    ),
    "webp": (webp(NO), "image/webp"),
    "avif": (avif(NO), "image/avif"),
    "gif": (gif(NO), "image/gif"),
    "tiff": (tiff({700: NO, 33723: iim((2, 116, b"(c) A"))}), "image/tiff"),
    "pdf": (pdf_with(NO), "application/pdf"),
    "pdf-packed": (pdf_with(NO, packed=True), "application/pdf"),
    "epub": (book('<meta property="tdm:reservation">0</meta>'), "application/epub+zip"),
    "html": (
        b'<html><head><meta charset="utf-8"><meta name="robots" content="noai"><link rel=license></head>',
        "text/html",
    ),
}


def allows(signals):
    for signal in signals:
        assert len(signal.raw.encode()) <= MAX_RAW
    return any(Stance.ALLOW in signal.stances.values() for signal in signals)


@pytest.mark.parametrize("name", FILES)
def test_damage_to_a_refusal_never_makes_leave(name):
    data, media_type = FILES[name]
    for damaged in mutations(data, 8, count(100, 20_000)):
        signals = embedded_signals(damaged, media_type)
        assert not allows(signals) or name == "epub"


def test_a_book_allows_only_what_its_checksums_hold():
    data, _ = FILES["epub"]
    assert allows(epub_signals(data))
    for damaged in mutations(data, 9, count(200, 20_000)):
        signals = epub_signals(damaged)
        assert not (allows(signals) and any(Stance.ERROR in signal.stances.values() for signal in signals))


def test_a_packet_that_no_parser_reads_allows_nothing():
    assert allows(xmp_signals(YES))
    for damaged in mutations(YES, 10, count(300, 50_000)):
        try:
            ET.fromstring(damaged.strip(b"\0 \t\r\n"))  # noqa: S314 - an oracle over bytes made here
        except (ET.ParseError, ValueError, LookupError):
            assert not allows(xmp_signals(damaged))


def test_a_packet_never_says_more_than_its_elements():
    for damaged in mutations(NO, 11, count(300, 20_000)):
        found = properties(damaged)
        assert found is None or len(found) <= 20


WORDS = (
    "noai|noimageai|noml|noindex|none|noarchive|all|:|,|;|=|*|\t|\0|é|otherbot|GPTBot|googlebot|robots"
    "|max-snippet:-1|unavailable_after:|25 Jun 2027|15:00:00"
)
LINES = st.lists(st.sampled_from(WORDS.split("|")), max_size=12).map(" ".join)


@given(LINES)
@settings(max_examples=count(40, 20_000), deadline=None)
def test_a_refusal_at_the_beginning_is_heard_whatever_follows(tail):
    everybody = [one for one in x_robots_signals([f"noai, {tail}"]) if not one.agent]
    assert everybody[0].stances[SignalUse.TRAIN_GENERATIVE] is Stance.DISALLOW
    assert not allows(everybody)


@given(LINES, LINES)
@settings(max_examples=count(30, 20_000), deadline=None)
def test_values_do_not_change_one_another(one, other):
    assert x_robots_signals([one, other]) == x_robots_signals([one]) + x_robots_signals([other])


NAMES = st.sampled_from(["X-Robots-Tag", "Content-Usage", "tdm-reservation", "tdm-policy", "Link", "other"])


@given(st.lists(st.tuples(NAMES, st.one_of(LINES, st.text(max_size=60)))))
@settings(max_examples=count(40, 20_000), deadline=None)
def test_any_fields_are_read(fields):
    signals = header_signals(fields)
    refusals = [(name, value) for name, value in fields if name in ("X-Robots-Tag", "other")]
    assert not allows(header_signals(refusals))
    assert {signal.place for signal in signals} <= {
        "x-robots-tag",
        "content-usage",
        "tdm-reservation",
        "link",
    }


@given(st.text(max_size=80))
@settings(max_examples=count(30, 20_000), deadline=None)
def test_any_text_is_a_licence_or_none(text):
    found = read_licence(text)
    assert found is None or found == read_licence(text)
    assert found is None or found.spdx


@given(
    st.binary(max_size=200), st.sampled_from([b"<head>", b"<!--", b"<meta name=robots content='noai'>", b""])
)
@settings(max_examples=count(30, 20_000), deadline=None)
def test_any_bytes_are_a_page(data, head):
    assert not allows(html_signals(head + data))


KEYS = (
    *("manifests", "active_manifest", "a", "assertions", "label", "data", "entries", "use"),
    *("cawg.ai_training", "validation_status", "validation_results", "signature_info"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["allowed", "notAllowed", "Trusted", "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, JSON)
@settings(max_examples=count(40, 20_000), deadline=None)
def test_any_store_is_read_and_only_a_trusted_one_allows(found, entries):
    assertion = {"label": "cawg.training-mining", "data": {"entries": entries}}
    whole = {"active_manifest": "a", "manifests": {"a": {"assertions": [assertion, found]}}}
    for store in (found, whole, whole | {"validation_state": "Valid"}):
        assert not allows(c2pa_signals(store))
    c2pa_signals(whole | {"validation_state": "Trusted", "validation_results": found})
