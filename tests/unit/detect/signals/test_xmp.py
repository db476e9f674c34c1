import pytest

from sekisho.detect.signals.xmp import (
    MAX_DEPTH,
    MAX_ELEMENTS,
    Property,
    properties,
    speaks_of_rights,
    xmp_error,
    xmp_signals,
)
from sekisho.model.signal import SignalFamily, Stance
from tests.embedded import packet

NO = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"
YES = "http://ns.useplus.org/ldf/vocab/DMI-ALLOWED"


def told(data):
    return [(signal.family, set(signal.stances.values()), signal.note) for signal in xmp_signals(data)]


@pytest.mark.parametrize(
    "data",
    [
        packet({"plus:DataMining": NO}),
        packet(elements={"plus:DataMining": NO}),
        packet(body=f'<plus:DataMining rdf:resource="{NO}"/>'),
        packet(body=f"<plus:DataMining><rdf:Bag><rdf:li>{NO}</rdf:li></rdf:Bag></plus:DataMining>"),
        packet(
            body=f'<plus:DataMining rdf:parseType="Resource"><rdf:value>{NO}</rdf:value></plus:DataMining>'
        ),
        packet(body=f"<plus:DataMining>\n  {NO.replace('/', '&#47;')}\n</plus:DataMining>"),
        packet({"plus:DataMining": NO}).replace(b"plus:", b"p:").replace(b"xmlns:plus", b"xmlns:p"),
        packet({"plus:DataMining": NO}, padding=100) + bytes(10),
        packet({"plus:DataMining": NO}).decode().encode("utf-16"),
        packet({"plus:DataMining": NO}).decode().encode("utf-16-le"),
        packet({"plus:DataMining": NO}).decode().encode("utf-16-be"),
        packet({"plus:DataMining": NO}).decode().encode("utf-32-be"),
    ],
    ids=[
        "attribute",
        "element",
        "resource",
        "bag",
        "value",
        "references",
        "another prefix",
        "padding",
        "UTF-16",
        "UTF-16-LE",
        "UTF-16-BE",
        "UTF-32-BE",
    ],
)
def test_a_property_in_all_its_forms(data):
    assert properties(data) == (Property("plus:DataMining", NO, whole=True),)


def test_all_that_speaks_about_rights():
    data = packet(
        {
            "photoshop:Credit": "A",
            "xmpRights:Marked": "True",
            "tdm:reservation": "1",
            "tdm:policy": "https://p",
        },
        {"xmpRights:WebStatement": "https://creativecommons.org/licenses/by-nc/4.0/"},
        '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">(c) B</rdf:li><rdf:li xml:lang="ja">著</rdf:li>'
        '</rdf:Alt></dc:rights><cc:license rdf:resource="https://creativecommons.org/publicdomain/zero/1.0/"/>',
    )
    assert told(data) == [
        (SignalFamily.RIGHTS, set(), "photoshop:Credit"),
        (SignalFamily.RIGHTS, set(), "xmpRights:Marked"),
        (SignalFamily.TDMREP, {Stance.DISALLOW}, "policy=https://p"),
        (SignalFamily.LICENCE, {Stance.UNKNOWN}, "licence:CC-BY-NC-4.0; noncommercial"),
        (SignalFamily.RIGHTS, set(), "xmpRights:WebStatement"),
        (SignalFamily.RIGHTS, set(), "dc:rights"),
        (SignalFamily.RIGHTS, set(), "dc:rights"),
        (SignalFamily.LICENCE, {Stance.ALLOW}, "licence:CC0-1.0"),
    ]


def test_a_constraint_is_noted_with_the_value_that_points_to_it():
    data = packet({"plus:DataMining": f"{NO}-SEECONSTRAINT"}, {"plus:OtherConstraints": "ask us"})
    assert told(data) == [(SignalFamily.PLUS, {Stance.DISALLOW}, "ask us")]
    assert told(packet({"plus:DataMining": NO}, {"plus:OtherConstraints": "ask"}))[0][2] == ""


def test_leave_for_a_part_is_no_leave_for_the_whole():
    part = "<xmpMM:Pantry><rdf:Bag><rdf:li><rdf:Description {}/></rdf:li></rdf:Bag></xmpMM:Pantry>"
    allowed = packet(body=part.format(f'plus:DataMining="{YES}"'))
    refused = packet(body=part.format(f'plus:DataMining="{NO}"'))
    assert told(allowed) == [(SignalFamily.PLUS, {Stance.UNKNOWN}, "said of a part")]
    assert told(refused)[0][:2] == (SignalFamily.PLUS, {Stance.DISALLOW})


def test_a_manifest_that_is_kept_elsewhere_is_noted():
    assert told(packet({"dcterms:provenance": "https://example.jp/m.c2pa"})) == [
        (SignalFamily.C2PA, {Stance.UNKNOWN}, "a manifest elsewhere, not read")
    ]


def test_names_of_other_namespaces_say_nothing():
    assert told(packet({"xmpMM:DataMining": NO, "photoshop:rights": "x"})) == []


def test_a_packet_without_the_names_is_not_parsed():
    assert not speaks_of_rights(packet(body="<xmpMM:History/>").replace(b"xap/1.0/rights/", b""))
    assert xmp_signals(b"<broken") == ()
    assert speaks_of_rights(packet({"tdm:reservation": "1"}))


ENTITY = b'<!DOCTYPE a [<!ENTITY b "DMI-ALLOWED">]><a DataMining="&b;"/>'
BOMB = (
    b"<!DOCTYPE a ["
    + b"".join(b'<!ENTITY x%d "&x%d;&x%d;">' % (n, n - 1, n - 1) for n in range(1, 40))
    + b"]>"
)


@pytest.mark.parametrize(
    "data",
    [
        packet({"plus:DataMining": YES})[:-40],
        packet({"plus:DataMining": YES}).replace(b"rdf:RDF>", b"rdf:X>"),
        packet({"plus:DataMining": YES}).replace(b"xmlns:plus", b"xmlns:other"),
        packet({"plus:DataMining": YES}).replace(b"DMI", b"\x01"),
        packet({"plus:DataMining": YES}).replace(b"DMI", b"\xff\xfe"),
        ENTITY,
        BOMB + b"<a DataMining='&x39;'/>",
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a DataMining=""/>',
        b"<?xml version='1.0' encoding='no-such'?><a DataMining=''/>",
        packet(body="<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH + f"<plus:DataMining>{YES}</plus:DataMining>"),
        packet({"plus:DataMining": YES}, body="<a/>" * MAX_ELEMENTS),
        packet({"plus:DataMining": YES}).decode().encode("utf-16")[:-1],
    ],
    ids=[
        "cut",
        "crossed",
        "unbound",
        "control",
        "no UTF-8",
        "entity",
        "entity bomb",
        "file",
        "charset",
        "deep",
        "long",
        "half a letter",
    ],
)
def test_what_can_not_be_read_is_an_error(data):
    (signal,) = xmp_signals(data)
    assert signal.family is SignalFamily.PLUS
    assert set(signal.stances.values()) == {Stance.ERROR}


def test_an_error_names_its_reason():
    signal = xmp_error("XMP: cut off", b"<x")
    assert (signal.note, signal.raw, signal.place) == ("XMP: cut off", "<x", "embedded")


def test_long_values_are_cut():
    (signal,) = xmp_signals(packet({"photoshop:Credit": "x" * 100_000}))
    assert len(signal.raw) == 1024
    (signal,) = xmp_signals(packet(elements={"photoshop:Credit": "x\n" * 100_000}))
    assert len(signal.raw) <= 1024
