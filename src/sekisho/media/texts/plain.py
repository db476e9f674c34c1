"""Plain text: all of it, without the notation of Aozora Bunko where it shows that."""

from sekisho.media.texts.aozora import aozora_field
from sekisho.media.texts.charset import decode
from sekisho.media.texts.fields import TextField, TextRead

__all__ = ["MEDIA_TYPE", "read_plain"]

MEDIA_TYPE = "text/plain"


def read_plain(data: bytes, charset: str) -> TextRead:
    """Read a plain text. O(bytes).

    Raises:
        CannotDecode: corrupt, for what is not text.
    """
    decoded = decode(data, charset)
    field = aozora_field("", decoded.text) or TextField("", decoded.text)
    return TextRead(MEDIA_TYPE, decoded.charset, decoded.undecodable, (field,))
