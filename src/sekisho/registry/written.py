"""One text of a registrant -> its passages: a text file, or the text of a book that flows.

What a page of the web or a book shows besides its main text (menus, addresses) is not the work and is
left out. Which files are no works by their names is said here too.
"""

import hashlib
from dataclasses import dataclass

from sekisho.codec import encode_packed
from sekisho.fingerprint.passages import SHORT_WORK, register_passages
from sekisho.media import CannotDecode
from sekisho.media.texts import TextField, TextLimits, read_text, text_form_of
from sekisho.model import TextForm, TextSource, Unreadable

__all__ = ["MAX_TEXT", "SHORT_WORK", "TEXTS", "Written", "is_aside", "work_form", "written"]

MAX_TEXT = 32 << 20
"""Bytes of a text file, and characters of a book: ten times the longest novel."""
TEXTS = TextLimits(max_chars=MAX_TEXT)
_WORKS = frozenset({TextForm.PLAIN, TextForm.MARKDOWN, TextForm.HTML})
_ASIDE = frozenset(
    {
        *("authors", "changelog", "contributing", "copying", "licence", "license", "notice", "readme"),
        *("requirements", "robots", "お読みください", "お読み下さい", "最初に読んで", "利用規約", "更新履歴"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was made of a text.

    Attributes:
        sha256: of the file as stored.
        passages: as a line of prints.jsonl holds them.
        units: folded letters.
        charset: how it was read.
        undecodable: bytes that are no characters in it.
    """

    sha256: bytes
    passages: bytes
    units: int
    charset: str
    undecodable: int

    @property
    def is_short(self) -> bool:
        """Tell whether it is only compared as a whole line."""
        return self.units < SHORT_WORK


def work_form(name: str) -> TextForm | None:
    """Return how a file is read that can be a text work by its name; None for books and all others."""
    form = text_form_of(name)
    return form if form in _WORKS and not name.lower().endswith(".caption") else None


def is_aside(name: str) -> bool:
    """Tell whether a text file goes with works and is none by its name: README, LICENSE and the like."""
    stem = name.rpartition("/")[2].partition(".")[0]
    return stem.lower() in _ASIDE


def _main(field: TextField) -> str:
    if field.main is None:
        return field.text
    return "\n".join(field.text[start:end] for start, end in field.main)


def written(data: bytes, form: TextForm) -> Written:
    """Make the passages of a text; a book's documents are read on in their order.

    Args:
        data: the file.
        form: how it is read.

    Raises:
        CannotDecode: empty, no text in any charset that is known, too large.
    """
    if not data:
        raise CannotDecode(Unreadable.EMPTY)
    read = read_text(data, TextSource(form=form), TEXTS)
    passages = register_passages("\n".join(map(_main, read.fields)))
    if passages is None:
        raise CannotDecode(Unreadable.EMPTY, "it has no letters, or fewer than four")
    return Written(
        sha256=hashlib.sha256(data).digest(),
        passages=encode_packed(passages),
        units=passages.units,
        charset=read.charset,
        undecodable=read.undecodable,
    )
