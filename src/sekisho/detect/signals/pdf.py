"""What a PDF holds about itself: XMP packets in its metadata streams.

ISO 32000-2, 14.3.2: a metadata stream has `/Type /Metadata /Subtype /XML` and is never within another
stream, so its dictionary can be found in the bytes of the file. Read are plain streams and those packed by
FlateDecode; of others, and of encrypted documents, a problem is noted. PDFium offers no way to this stream.

A document that was changed by appending has its old packets too. All of them are read: what one of them
reserves counts, even if a later one took it back.
"""

import re

from sekisho.detect.signals.held import MAX_PACKET, Data, Held

__all__ = ["in_pdf"]

MAX_STREAMS = 16
_MAX_SEARCHED = 64
_DICTIONARY = 2048
"""Bytes around the subtype in which the dictionary begins and its stream begins."""
_SUBTYPE = re.compile(rb"/Subtype\s{0,8}/XML\b")
_STREAM = re.compile(rb"stream\r?\n")
_FLATE = re.compile(rb"/Filter\s{0,8}\[?\s{0,8}/(?:FlateDecode|Fl)\s{0,8}\]?\s{0,8}[/>]")
_PARAMETERS = b"/DecodeParms"


def in_pdf(data: Data, held: Held) -> None:
    """Find the metadata streams of a document. O(bytes), in one search."""
    whole = bytes(data)
    read = 0
    for number, found in enumerate(_SUBTYPE.finditer(whole)):
        if read >= MAX_STREAMS or number >= _MAX_SEARCHED:
            held.problem("XMP: too many metadata streams")
            return
        stream = _STREAM.search(whole, found.end(), found.end() + _DICTIONARY)
        if stream is None:
            continue
        read += 1
        begin = max(whole.rfind(b"obj", max(0, found.start() - _DICTIONARY), found.start()), 0)
        _stream(whole, whole[begin : stream.start()], stream.end(), held)


def _stream(whole: bytes, dictionary: bytes, at: int, held: Held) -> None:
    if b"/Filter" not in dictionary:
        end = whole.find(b"endstream", at, at + MAX_PACKET)
        if end < 0:
            held.problem("XMP: a metadata stream that does not end")
        else:
            held.packet(whole[at:end])
        return
    if _FLATE.search(dictionary) is None or _PARAMETERS in dictionary:
        held.problem("XMP: a metadata stream with a filter that is not read")
        return
    plain = held.unpacked(memoryview(whole)[at : at + MAX_PACKET])
    if plain is not None:
        held.packet(plain)
