"""Bytes to pixels within limits: the canonical decode `full-v1`, the same everywhere."""

from sekisho.media.image import frames
from sekisho.media.limits import CannotDecode, Limits, Pixels
from sekisho.media.sniff import SUPPORTED, named_as_media, sniff

__all__ = ["SUPPORTED", "CannotDecode", "Limits", "Pixels", "frames", "named_as_media", "sniff"]
