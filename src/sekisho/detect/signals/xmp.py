"""XMP packets: the properties that speak about rights, read as a run of events, without a tree.

ISO 16684-1:2019, clause 7: a property stands as an attribute of `rdf:Description` or as an element, with a
text, with `rdf:resource`, or with an array (`rdf:Alt`, `rdf:Bag`, `rdf:Seq`) of texts. Names count by their
namespace, never by their prefix. Documents with a document type or entities are refused (defusedxml), and
so are deep and endless ones. A packet in which none of the names stands is not parsed: it says nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from sekisho.detect.signals.common import BUT_SEARCH, EMBEDDED, each, excerpt
from sekisho.detect.signals.exif import claim
from sekisho.detect.signals.licence import licence_address, licence_signal
from sekisho.detect.signals.plus import SEE, mining_key, mining_stances
from sekisho.detect.signals.reserved import reserved_signals
from sekisho.detect.signals.source_type import source_type
from sekisho.model.signal import Signal, SignalFamily, Stance

__all__ = ["Property", "properties", "speaks_of_rights", "xmp_error", "xmp_signals"]

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
"""Names are as expat writes them: namespace, brace, name."""
_RESOURCE, _ROOT, _DESCRIPTION = f"{_RDF}resource", f"{_RDF}RDF", f"{_RDF}Description"
_IPTC_EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_SPACES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "plus": ("http://ns.useplus.org/ldf/xmp/1.0/", ("DataMining", "OtherConstraints")),
    "tdm": ("http://www.w3.org/ns/tdmrep/", ("reservation", "policy")),
    "tdm:": ("http://www.w3.org/ns/tdmrep#", ("reservation", "policy")),
    "cc": ("http://creativecommons.org/ns#", ("license",)),
    "cc:": ("http://web.resource.org/cc/", ("license",)),
    "xmpRights": ("http://ns.adobe.com/xap/1.0/rights/", ("WebStatement", "UsageTerms", "Marked", "Owner")),
    "dc": ("http://purl.org/dc/elements/1.1/", ("rights",)),
    "photoshop": ("http://ns.adobe.com/photoshop/1.0/", ("Credit",)),
    "Iptc4xmpExt": (_IPTC_EXT, ("LinkedEncRightsExpr", "EmbdEncRightsExpr", "DigitalSourceType")),
    "dcterms": ("http://purl.org/dc/terms/", ("provenance",)),
}
_NAMES = {
    f"{space}}}{name}": f"{prefix.removesuffix(':')}:{name}"
    for prefix, (space, names) in _SPACES.items()
    for name in names
}
_WORDS = (
    b"DataMining",
    b"reservation",
    b"license",
    b"WebStatement",
    b"UsageTerms",
    b"Marked",
    b"rights>",
    b"rights ",
    b"rights=",
    b"rights\n",
    b"Credit",
    b":Owner",
    b"provenance",
)
_SOURCE_TYPE = b"DigitalSourceType"
"""Speaks of how the file was made, not of rights."""
_EXPRESSIONS = ("plus:OtherConstraints", "Iptc4xmpExt:EmbdEncRightsExpr", "Iptc4xmpExt:LinkedEncRightsExpr")
_LICENCES = ("xmpRights:WebStatement", "xmpRights:UsageTerms")
_CLAIMS = (
    "dc:rights",
    "xmpRights:WebStatement",
    "xmpRights:UsageTerms",
    "xmpRights:Marked",
    "xmpRights:Owner",
    "photoshop:Credit",
)
MAX_DEPTH = 100
MAX_ELEMENTS = 200_000
MAX_VALUES = 200
_MAX_VALUE = 4096
_BOMS = (b"\xff\xfe", b"\xfe\xff")


class Property(NamedTuple):
    """One value of one property.

    Attributes:
        name: with the usual prefix of its namespace: `plus:DataMining`.
        value: without white space around, at most 4,096 characters.
        whole: it is said of the file itself, not of a part or ingredient of it.
    """

    name: str
    value: str
    whole: bool


class _Refused(Exception):
    """A document that is too deep, too long, or says too much."""


class _Open(NamedTuple):
    name: str
    whole: bool
    depth: int
    texts: list[str]


class _Events:
    """Take the events of the parser and keep what is asked for."""

    def __init__(self) -> None:
        self.found: list[Property] = []
        self._path: list[str] = []
        self._open: list[_Open] = []
        self._elements = 0

    def start(self, tag: str, attributes: Sequence[str]) -> None:
        """Begin an element; names and values of its attributes take turns."""
        self._elements += 1
        if self._elements > MAX_ELEMENTS or len(self._path) >= MAX_DEPTH or len(self.found) > MAX_VALUES:
            raise _Refused
        for at, key in enumerate(attributes[::2]):
            if key in _NAMES:
                self._keep(_NAMES[key], attributes[2 * at + 1], whole=self._described(len(self._path)))
        name = _NAMES.get(tag)
        if name:
            self._open.append(_Open(name, self._described(len(self._path) - 1), len(self._path), []))
        elif self._open:
            self._flush()
        if self._open and _RESOURCE in attributes[::2]:
            resource = attributes[2 * attributes[::2].index(_RESOURCE) + 1]
            self._keep(self._open[-1].name, resource, whole=self._open[-1].whole)
        self._path.append(tag)

    def _described(self, depth: int) -> bool:
        """Tell whether what stands at a depth is a description of the file: a child of `rdf:RDF`."""
        return 0 < depth <= len(self._path) and self._path[depth - 1] == _ROOT

    def data(self, text: str) -> None:
        if self._open:
            texts = self._open[-1].texts
            if len(texts) < _MAX_VALUE:
                texts.append(text[:_MAX_VALUE])

    def _flush(self) -> None:
        """Keep the text that was read so far: another value begins, or the property ends."""
        current = self._open[-1]
        self._keep(current.name, "".join(current.texts), whole=current.whole)
        current.texts.clear()

    def end(self, _tag: str) -> None:
        self._path.pop()
        if self._open:
            self._flush()
            if self._open[-1].depth == len(self._path):
                self._open.pop()

    def _keep(self, name: str, value: str, *, whole: bool) -> None:
        value = value[: 2 * _MAX_VALUE].strip()[:_MAX_VALUE]
        if value:
            self.found.append(Property(name, value, whole))

    def close(self) -> None:
        """End the document."""


def speaks_of_rights(packet: bytes) -> bool:
    """Tell whether one of the names stands in a packet at all; in UTF-16 or UTF-32 they may. O(len)."""
    return b"\0" in packet.strip(b"\0") or any(word in packet for word in _WORDS)


def properties(packet: bytes) -> tuple[Property, ...] | None:
    """Return the properties of a packet that speak about rights; None if it can not be read. O(len).

    Args:
        packet: with or without `<?xpacket` around, in UTF-8, UTF-16 or UTF-32.
    """
    events = _Events()
    parser = DefusedXMLParser(target=events, forbid_dtd=True)
    # Straight from expat: to write each name anew and make a mapping of each element is most of the work.
    parser.parser.StartElementHandler, parser.parser.EndElementHandler = events.start, events.end
    try:
        parser.feed(_document(packet))
        parser.close()
    except (ParseError, DefusedXmlException, _Refused, ValueError, LookupError):
        return None
    return tuple(events.found)


def _document(packet: bytes) -> bytes | str:
    """Return the document without padding; in UTF-16 and UTF-32 without a byte order mark as characters."""
    head = packet.lstrip()[:4]
    if head[:2] in _BOMS:
        return packet.decode("utf-16")
    if head[:1] == b"<" and head[1:2] == b"\0":
        return packet.decode("utf-32-le" if head[1:4] == b"\0\0\0" else "utf-16-le")
    if head[:1] == b"\0":
        return packet.decode("utf-32-be" if head[:3] == b"\0\0\0" else "utf-16-be")
    return packet.strip(b"\0 \t\r\n")


def xmp_signals(packet: bytes, place: str = EMBEDDED) -> tuple[Signal, ...]:
    """Return what a packet says about rights; an `error` if it speaks of them and can not be read. O(len).

    What is said of a part of the file (an ingredient, a picture that it was made from) may refuse a use of
    the file, but never allow one.
    """
    rights = speaks_of_rights(packet)
    if not rights and _SOURCE_TYPE not in packet:
        return ()
    found = properties(packet)
    if found is None and not rights:
        return ()
    if found is None:
        return (xmp_error("XMP: not well-formed, or refused", packet, place),)
    return tuple(_said(found, place))


def xmp_error(reason: str, raw: bytes = b"", place: str = EMBEDDED) -> Signal:
    """Return the signal of a packet that can not be read. PLUS stands for what it may have held."""
    stances = each(BUT_SEARCH, Stance.ERROR)
    return Signal(family=SignalFamily.PLUS, place=place, raw=excerpt(raw), stances=stances, note=reason)


def _said(found: Sequence[Property], place: str) -> Iterator[Signal]:
    expressions = "; ".join(one.value for one in found if one.name in _EXPRESSIONS)
    policies = [one.value for one in found if one.name == "tdm:policy"]
    for one in dict.fromkeys(found):
        for signal in _of_property(one, expressions, policies, place):
            yield signal if one.whole else _of_part(signal)


def _of_property(one: Property, expressions: str, policies: Sequence[str], place: str) -> Iterator[Signal]:
    if one.name == "plus:DataMining":
        yield _plus(one.value, expressions if mining_key(one.value) in SEE else "", place)
    elif one.name == "tdm:reservation":
        yield from reserved_signals((one.value,), policies, place)
    elif one.name == "dcterms:provenance":
        yield _elsewhere(one.value, place)
    elif one.name == "Iptc4xmpExt:DigitalSourceType" and (made := source_type(one.value, place)):
        yield made
    if one.name == "cc:license" or (one.name in _LICENCES and licence_address(one.value)):
        yield licence_signal(one.value, place)
    if one.name in _CLAIMS:
        yield claim(one.name, one.value, place)


def _plus(value: str, note: str, place: str) -> Signal:
    return Signal(
        family=SignalFamily.PLUS,
        place=place,
        raw=excerpt(value),
        stances=mining_stances(value),
        note=excerpt(note),
    )


def _of_part(signal: Signal) -> Signal:
    """Take leave back that is given for a part only."""
    stances = {
        use: Stance.UNKNOWN if stance is Stance.ALLOW else stance for use, stance in signal.stances.items()
    }
    return replace(signal, stances=stances, note="; ".join(filter(None, (signal.note, "said of a part"))))


def _elsewhere(address: str, place: str) -> Signal:
    """Note a C2PA manifest that is kept elsewhere (C2PA 2.2, A.5); it is not fetched here."""
    stances = each(BUT_SEARCH, Stance.UNKNOWN)
    return Signal(
        family=SignalFamily.C2PA,
        place=place,
        raw=excerpt(address),
        stances=stances,
        note="a manifest elsewhere, not read",
    )
