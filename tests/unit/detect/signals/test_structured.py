"""Dictionaries of structured fields: types and limits; RFC examples are in tests/conformance."""

from decimal import Decimal

import pytest

from sekisho.detect.signals.structured import MAX_FIELD, Date, DisplayString, Token, parse_dictionary
from sekisho.errors import InputError


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        (b"a=x", Token),
        (b'a="x"', str),
        (b"a=1", int),
        (b"a=1.5", Decimal),
        (b"a=:eA==:", bytes),
        (b"a=?1", bool),
        (b"a", bool),
        (b"a=@1", Date),
        (b'a=%"x"', DisplayString),
        (b"a=(1 2)", tuple),
    ],
)
def test_every_type_is_told_apart(field, kind):
    assert type(parse_dictionary(field)["a"].value) is kind


def test_parameters_stand_beside_the_value_and_the_last_of_two_holds():
    member = parse_dictionary(b"a=y;b=1;c;b=2")["a"]
    assert member.params == {"c": True, "b": 2}


def test_padding_of_bytes_may_be_missing_but_not_wrong():
    assert parse_dictionary(b"a=:eA:")["a"].value == b"x"
    with pytest.raises(InputError, match="base64"):
        parse_dictionary(b"a=:eA===:")


def test_a_field_that_is_too_large_is_refused_before_it_is_read():
    assert parse_dictionary(b"a" * MAX_FIELD)
    with pytest.raises(InputError, match="limit"):
        parse_dictionary(b"a" * (MAX_FIELD + 1))


def test_a_trouble_names_the_byte():
    with pytest.raises(InputError, match="byte 2"):
        parse_dictionary(b"a=,b")
