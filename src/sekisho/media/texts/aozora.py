"""Texts in the notation of Aozora Bunko: readings, transcribers' notes, the list of marks, the colophon.

What is left out is bounded: a reading has 30 characters, a note is within its line, the list of marks and
the colophon end at the first line that is not of their kind. A text that does not show the notation loses
nothing, so that 《》 may be brackets elsewhere. A character that a note describes by its number stands in
the note's place. https://www.aozora.gr.jp/annotation/ describes the notation.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sekisho.media.texts.fields import Pieces, TextField

__all__ = ["MAX_READING", "aozora_field"]

MAX_READING = 30
"""Characters of a reading; a longer one is text that would be hidden so."""
MIN_READINGS, READING_SHARE = 5, 0.8
"""Readings that show the notation by themselves, and their share of all that stands in 《》."""
_KANJI = "\u2e80-\u2fdf々〆〇\u303b\u3400-\u9fffヶ\uf900-\ufaff\U00020000-\U0003ffff"
_NOTE = r"［＃[^［］\n]{0,120}(?:［＃[^［］\n]{0,80}］[^［］\n]{0,120}){0,4}］"
_MARKS = re.compile(
    rf"(?P<note>※?{_NOTE})|(?P<bar>｜)(?=[^｜《》\n]{{1,40}}《[^《》\n]{{1,{MAX_READING}}}》)"
    rf"|(?:(?<=[{_KANJI}])|(?<=］))《(?P<reading>[^《》\n]{{1,{MAX_READING}}})》"
    rf"|(?P<wide>(?<=[^《》\n])《[^《》\n]{{1,{MAX_READING}}}》)"
)
_HIRAGANA = re.compile("[ぁ-ゖーゝゞ・]+")
_KANA = re.compile("[ぁ-ゖァ-ヺーゝゞヽヾ・　]+")
_LIST = re.compile(
    r"^-{20,}[ \t]*\r?\n(?:(?:【.{0,40}】|.{1,8}：.{0,120}|　*（.{0,150}|アクセント分解.{0,80}|https?://\S{0,120}"
    r"|\*.{0,80})?[ \t]*\r?\n){1,40}-{20,}[ \t]*\r?$",
    re.MULTILINE,
)
_TITLE = "【テキスト中に現れる記号について】"
_COLOPHON = re.compile(
    r"^底本(?:の親本)?：.{0,200}(?:\r?\n(?:底本.{0,200}|初出：.{0,200}|(?:入力|校正|作成|ファイル作成)：.{0,100}"
    r"|[12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日.{0,40}|青空文庫作成ファイル：?|このファイルは、.{0,200}|※.{0,200}|●.{0,60}"
    r"|[　 ]{2,}.{0,100}[0-9０-９年刷].{0,100})?[ \t　\r]*$){0,60}",
    re.MULTILINE,
)
_KNOWN_NOTE = re.compile(
    r"※［＃「|［＃[^［］\n]{0,100}(?:[字文]下げ|傍点|傍線|見出し|改ページ|改丁|太字|底本|水準|U\+[0-9A-F]{4}|ルビ|地付き|地から"
    r"|左右中央|挿絵|縦中横|割り注)"
)
_NUMBER = re.compile(r"(?<![0-9-])([12])-([0-9]{1,2})-([0-9]{1,2})(?![0-9-])")
_CODE_POINT = re.compile(r"U\+([0-9A-F]{4,5})(?![0-9A-F])")
_LAST_CELL = 94


class _Shown(NamedTuple):
    """What of the notation a text shows."""

    notes: bool
    readings: bool


def aozora_field(name: str, stored: str) -> TextField | None:
    """Return the text without its notation; None for one that does not show it. O(len(stored)).

    Args:
        name: of the field.
        stored: the field as stored.
    """
    if "《" not in stored and "［＃" not in stored and "\n底本：" not in stored:
        return None
    shown = _shown(stored)
    if not shown.notes and not shown.readings:
        return None
    pieces = Pieces(stored)
    at = 0
    for start, end, text in _left_out(stored, shown):
        if start < at:
            continue
        pieces.keep(at, start)
        if text:
            pieces.put(text, start, end)
        at = end
    pieces.keep(at, len(stored))
    return pieces.field(name)


def _shown(stored: str) -> _Shown:
    notes = _TITLE in stored or "\n底本：「" in stored or _KNOWN_NOTE.search(stored) is not None
    readings = sum(
        1 for found in _MARKS.finditer(stored) if found["reading"] and _HIRAGANA.fullmatch(found["reading"])
    )
    enough = readings >= MIN_READINGS and readings >= READING_SHARE * stored.count("《")
    return _Shown(notes=notes, readings=enough)


def _left_out(stored: str, shown: _Shown) -> Iterator[tuple[int, int, str]]:
    """Yield what is left out or replaced, ascending by its beginning."""
    blocks = _blocks(stored) if shown.notes else []
    found = [*blocks, *_marks(stored, shown)]
    yield from sorted(found)


def _blocks(stored: str) -> list[tuple[int, int, str]]:
    lists = [m for m in _LIST.finditer(stored) if _TITLE in m[0]]
    return [(*found.span(), "") for found in (*lists, *_COLOPHON.finditer(stored))]


def _marks(stored: str, shown: _Shown) -> Iterator[tuple[int, int, str]]:
    marked = -1
    for found in _MARKS.finditer(stored):
        start, end = found.span()
        if found["note"] is not None:
            if shown.notes:
                yield start, end, _described(found["note"])
        elif found["bar"] is not None:
            marked = stored.index("《", end)
            yield start, end, ""
        elif start == marked or (found["reading"] is not None and _KANA.fullmatch(found["reading"])):
            yield start, end, ""


def _described(note: str) -> str:
    """Return the character that a note describes by its number; empty if it does not."""
    if not note.startswith("※"):
        return ""
    code = _CODE_POINT.search(note)
    if code is not None:
        point = int(code[1], 16)
        return "" if 0xD800 <= point < 0xE000 else chr(point)  # noqa: PLR2004
    found = _NUMBER.search(note)
    if found is None:
        return ""
    plane, row, cell = map(int, found.groups())
    if not (0 < row <= _LAST_CELL and 0 < cell <= _LAST_CELL):
        return ""
    lead = b"\x8f" if plane == 2 else b""  # noqa: PLR2004
    return (lead + bytes((row + 0xA0, cell + 0xA0))).decode("euc_jis_2004", "ignore")
