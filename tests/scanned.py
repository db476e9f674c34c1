"""A scanner for personal information that finds telephone numbers and nothing else, by one rule."""

import re

from sekisho.check import Lenses
from sekisho.detect import Found
from sekisho.model import PersonalAction, PersonalType

__all__ = ["NUMBER", "PhoneScanner", "phone_lenses"]

NUMBER = "090-1234-5678"
_PHONE = re.compile(r"0\d{2}-\d{4}-\d{4}")


class PhoneScanner:
    """Find telephone numbers of one form."""

    def scan(self, texts):
        return [
            tuple(
                Found(m.start(), m.end(), PersonalType.PHONE, 95, "phone", PersonalAction.REDACT)
                for m in _PHONE.finditer(text)
            )
            for text in texts
        ]


def phone_lenses():
    """Open lenses that see telephone numbers; a recipe that can be pickled."""
    return Lenses(personal=PhoneScanner())
