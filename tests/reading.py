"""Scan one text and say what was found where, for the tests of personal information."""

from functools import cache

import pytest

from sekisho.detect.cues import cues
from sekisho.detect.gate import sentences
from sekisho.detect.page import Page
from sekisho.detect.personal import open_personal
from sekisho.detect.width import narrow

__all__ = ["candidates", "found", "page", "scanner", "types"]


@cache
def _words():
    pytest.importorskip("sudachipy")
    from sekisho.store.dictionary import open_dictionary  # noqa: PLC0415 - needs an extra

    return open_dictionary()


@cache
def scanner(*, words=True):
    """Open the scanner, with the dictionary or without."""
    pytest.importorskip("phonenumbers")
    pytest.importorskip("stdnum")
    return open_personal(_words() if words else None)


def page(text, *, words=False):
    """Return a text as the rules see it."""
    assert cues().single.any()
    return Page(narrow(text), sentences([text])[0], _words() if words else None)


def candidates(rule, text, *, words=False):
    """Return (value, type, rule) of each candidate of one rule."""
    return [(text[c.start : c.end], c.type.value, c.rule) for c in rule(page(text, words=words))]


def found(text, *, words=True):
    """Return (value, type, action) of each finding."""
    return [
        (text[f.start : f.end], f.type.value, f.action.value) for f in scanner(words=words).scan([text])[0]
    ]


def types(text):
    """Return the types found."""
    return {kind for _, kind, _ in found(text)}
