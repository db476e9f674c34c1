from dataclasses import fields

from sekisho.media.books import BookLimits


def test_every_limit_is_a_whole_number_above_zero():
    limits = BookLimits()
    assert all(
        isinstance(getattr(limits, f.name), int) and getattr(limits, f.name) > 0 for f in fields(limits)
    )
