"""Bytes of a text to characters: by a byte order mark, as UTF-8, by a guess, or as it is declared.

What is guessed at is what Japanese text is found in besides UTF-8: Shift_JIS, EUC-JP, ISO-2022-JP and
UTF-16, and the Western Windows-1252. Each is tried, and the one is taken whose characters are those
of a text. Few bytes that are no characters are replaced and counted; more of them are no text.
"""

import codecs
import re
from collections.abc import Sequence
from typing import NamedTuple

from sekisho.media.limits import CannotDecode
from sekisho.media.texts.guess import WESTERN, guesses, looks_like_utf16
from sekisho.model import Unreadable

__all__ = ["Decoded", "decode"]

_BLOCK = 1 << 20
_MAX_BAD = 100
"""One byte of so many may be no character; with more it is no text."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BAD = "\udc80"
"""Stands for one byte that is no character; no strict decoder gives it."""


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _BAD * (error.end - error.start), error.end


codecs.register_error("sekisho.mark", _mark)


_NAMES = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "x_sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "x-euc-jp": "euc_jp",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "euc-kr": "cp949",
    "iso-2022-jp": "iso2022_jp_ext",
    "csiso2022jp": "iso2022_jp_ext",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
    "unicode": "utf-16-le",
}
"""What a name means where it is declared (WHATWG Encoding 4.2), if Python means less or other by it."""
_FOREIGN = frozenset(
    {"utf-7", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
    | {"base64", "bz2", "hex", "quopri", "rot-13", "uu", "zlib"}
)
"""Codecs of Python that are no charset of a text."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,39}")
_ESCAPE = b"\x1b$"
"""Begins two-byte characters in ISO-2022-JP (RFC 1468)."""


class Decoded(NamedTuple):
    """A text as stored, without its byte order mark.

    Attributes:
        charset: Python's name of it.
        undecodable: bytes that are no characters in it; each is U+FFFD in `text`.
    """

    text: str
    charset: str
    undecodable: int


def decode(data: bytes, declared: str = "") -> Decoded:
    """Decode a text. O(bytes).

    Args:
        data: as stored.
        declared: a charset by any of its names. It is believed only where the bytes do not say
            otherwise: a declaration must not turn a text into characters that nobody wrote.

    Raises:
        CannotDecode: corrupt, for what is not text in any charset that is known here.
    """
    for mark, charset in _BOMS:
        if data.startswith(mark):
            return _taken(data[len(mark) :], [charset])
    return _as_utf8(data) or _taken(data, _likely(data, _known(declared)))


def _likely(data: bytes, known: str) -> Sequence[str]:
    """Return the charsets that are tried, in that sequence.

    What is plainly Japanese or UTF-16 is not in another charset. Western charsets can not be told apart,
    so there a declaration has the last word.
    """
    found = guesses(data)
    if not known or (found and found[0] != WESTERN and known not in found):
        return (*found, "utf-8")
    return (known, *found, "utf-8")


def _known(declared: str) -> str:
    """Return Python's name of a charset; empty if it has none."""
    name = declared.strip().lower()
    name = _NAMES.get(name.replace("_", "-"), _NAMES.get(name, name))
    try:
        found = codecs.lookup(name).name if _NAME.fullmatch(name) else ""
    except (LookupError, ValueError):
        return ""
    return "" if found in _FOREIGN else found


def _as_utf8(data: bytes) -> Decoded | None:
    """Decode what is UTF-8 without a fault; bytes of other charsets may be ASCII by chance."""
    zeros = b"\0" in data
    if _ESCAPE in data or (zeros and looks_like_utf16(data)):
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if zeros and _is_binary(text) else Decoded(text, "utf-8", 0)


def _is_binary(text: str) -> bool:
    """Tell whether a text is full of NUL."""
    return text.count("\0") * _MAX_BAD > len(text)


def _taken(data: bytes, charsets: Sequence[str]) -> Decoded:
    """Decode by the first charset in which almost all bytes are characters.

    Raises:
        CannotDecode: corrupt, if there is none.
    """
    for charset in charsets:
        decoded = _tried(data, charset)
        if decoded is not None:
            return decoded
    raise CannotDecode(Unreadable.CORRUPT, "no text in any charset that is known here")


def _tried(data: bytes, charset: str) -> Decoded | None:
    """Decode block by block, and stop as soon as too many bytes are no characters."""
    decoder = codecs.getincrementaldecoder(charset)("sekisho.mark")
    parts: list[str] = []
    bad = 0
    for start in range(0, len(data), _BLOCK):
        part = decoder.decode(data[start : start + _BLOCK], start + _BLOCK >= len(data))
        parts.append(part.replace(_BAD, "\ufffd"))
        bad += part.count(_BAD)
        if bad * _MAX_BAD > len(data):
            return None
    text = "".join(parts)
    return None if _is_binary(text) else Decoded(text, charset, bad)
