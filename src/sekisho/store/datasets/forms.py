"""Say what a member of a folder or tar is looked at as: a picture, a text of some form, or not at all.

The first bytes decide about pictures, also under the name of a text. What is text, only the name says.
"""

import re

from sekisho.media.sniff import HEAD, named_as_media, sniff
from sekisho.media.texts.names import text_form_of
from sekisho.model import TextForm
from sekisho.store.datasets.names import escape

__all__ = ["Named", "counts", "is_looked_at", "is_picture", "named"]

_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\xff]")
"""Bytes that no text has; escape (0x1b) begins the shifts of ISO-2022-JP."""

_MAY_BE_EMPTY = frozenset({TextForm.PLAIN, TextForm.MARKDOWN, TextForm.HTML})

Named = bool | TextForm | None
"""What a name says: True a picture or film, a form of text, None nothing."""


def named(name: bytes) -> Named:
    """Say what a name alone tells about a member."""
    shown = escape(name.rstrip(b"/"))
    return True if named_as_media(shown) else text_form_of(shown)


def counts(name: bytes) -> bool:
    """Tell whether a member of this name is looked at, whatever its bytes are."""
    return named(name) is not None


def is_picture(form: Named, head: bytes) -> bool:
    """Tell whether a member is looked at as a picture or film.

    A text may begin as some picture formats do (`P6 3`, `<svg`, `DDS `), so under the name of a text a
    picture is only what has bytes that no text has.

    Args:
        form: what its name says.
        head: its first bytes; of a member that is named as a picture they do not matter.
    """
    if form is True:
        return True
    known = sniff(head) is not None
    return known if form is None else known and _BINARY.search(head[:HEAD]) is not None


def is_looked_at(form: Named, size: int, head: bytes) -> bool:
    """Tell whether a member is a picture or text. A text without a byte says nothing, so it is none.

    Args:
        form: what its name says.
        size: bytes of the member.
        head: the first ones.
    """
    if not size and form in _MAY_BE_EMPTY:
        return False
    return form is not None or is_picture(form, head)
