"""Findings that need no registry."""

from sekisho.detect.gate import warm_up
from sekisho.detect.personal import Found, PersonalScanner, open_personal

__all__ = ["Found", "PersonalScanner", "open_personal", "warm_up"]
