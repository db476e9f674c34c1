import json
from dataclasses import replace

import pytest

from sekisho.codec import canonical
from sekisho.codec.erased import Erased, ErasedPart, decode_erased, encode_erased
from sekisho.errors import InputError
from tests.parties import DAY, Party

PART = ErasedPart(
    sha256="ab" * 32,
    before="cd" * 32,
    rows=(0, 7),
    was=(("allow", "x", 1), ("review", "protected_person", 1)),
)
SAID = Erased(
    manifest="ef" * 32, notices=(b"{}",), on=DAY, operator=Party(name="o").key, parts={"u1": PART, "u2": PART}
)


def test_what_was_blanked_is_read_as_it_was_written():
    assert decode_erased(encode_erased(SAID)) == SAID
    assert SAID.rows == 4


@pytest.mark.parametrize("change", [{"rows": (7, 0)}, {"rows": (0, 0)}, {"rows": (0,)}, {"was": ()}])
def test_rows_are_named_once_and_counted(change):
    with pytest.raises(InputError):
        replace(PART, **change)


def other(**change):
    said = json.loads(encode_erased(SAID))
    return canonical(said | change), canonical(said | {"parts": [said["parts"][0] | change]})


@pytest.mark.parametrize(
    "change", [{"v": 2}, {"manifest": "x"}, {"notices": []}, {"rows": []}, {"unit": "../x"}, {"more": 1}]
)
def test_another_form_is_refused(change):
    for payload in other(**change):
        with pytest.raises(InputError):
            decode_erased(payload)


def test_a_part_is_named_once():
    said = json.loads(encode_erased(SAID))
    with pytest.raises(InputError, match="twice"):
        decode_erased(canonical(said | {"parts": [said["parts"][0]] * 2}))
