from datetime import date

import pytest

from sekisho.cases.opening import Opening, content_digest, decode_opening, encode_opening
from sekisho.errors import InputError
from sekisho.model import CaseKind, Subject
from tests.cases import NOTICE

REQUEST = Opening(kind=CaseKind.REQUEST, content="0" * 64, jurisdiction="*", due=date(2026, 12, 1))


@pytest.mark.parametrize("opening", [NOTICE, REQUEST])
def test_what_opened_a_case_comes_back(opening):
    assert decode_opening(encode_opening(opening)) == opening
    assert len(opening.digest) == 64


def test_every_fact_changes_the_digest():
    others = [
        Opening(kind=CaseKind.HIT, content=NOTICE.content, jurisdiction="JP", subject=Subject.LIKENESS),
        Opening(kind=CaseKind.NOTICE, content="0" * 64, jurisdiction="JP", subject=Subject.LIKENESS),
        Opening(kind=CaseKind.NOTICE, content=NOTICE.content, jurisdiction="US", subject=Subject.LIKENESS),
        Opening(kind=CaseKind.NOTICE, content=NOTICE.content, jurisdiction="JP", subject=Subject.WORK),
    ]
    assert len({one.digest for one in [NOTICE, *others]}) == 5


def test_without_the_salt_nobody_can_try_what_was_said():
    assert content_digest(bytes(32), b"a") != content_digest(b"\1" * 32, b"a")
    assert content_digest(b"", b"a\0b") != content_digest(b"a", b"b")


@pytest.mark.parametrize("change", [(b'"JP"', b'"jp"'), (b'"v":1', b'"v":2'), (b'"notice"', b'"other"')])
def test_another_form_is_refused(change):
    with pytest.raises(InputError):
        decode_opening(encode_opening(NOTICE).replace(*change))
    with pytest.raises(InputError, match="no such date"):
        decode_opening(encode_opening(REQUEST).replace(b"2026-12-01", b"2026-13-01"))
