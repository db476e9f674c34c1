"""Bytes of a text item -> fields of text, each with the way back to the field as stored."""

from sekisho.media.texts.fields import TextField, TextRead, spans_to_source
from sekisho.media.texts.limits import TextLimits
from sekisho.media.texts.main_text import main_spans
from sekisho.media.texts.names import text_form_of
from sekisho.media.texts.read import TEXT_TYPES, read_text
from sekisho.media.texts.records import MEDIA_TYPE as RECORD_TYPE
from sekisho.media.texts.spelled import Spelled, spell_records

__all__ = [
    "RECORD_TYPE",
    "TEXT_TYPES",
    "Spelled",
    "TextField",
    "TextLimits",
    "TextRead",
    "main_spans",
    "read_text",
    "spans_to_source",
    "spell_records",
    "text_form_of",
]
