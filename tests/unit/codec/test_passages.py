import base64

import pytest
from hypothesis import given

from sekisho.codec import (
    canonical,
    encode_passages,
    packed_passages,
    parse,
    read_passages,
)
from sekisho.codec.passages import MAX_IN_BUCKET
from sekisho.errors import InputError
from sekisho.model import Passages
from tests.strategies import keys, passages

KEY = "ed25519:" + "A" * 43
TEXT = Passages(units=300, buckets=((1, 2**48 - 1), (3,)))
LINE = Passages(units=17, buckets=((),), line=0xABCDEF)


@given(passages(), keys)
def test_passages_come_back(made, key):
    payload = encode_passages(made, by=key)
    assert read_passages(payload) == (key, made)
    assert decoded(payload) == made


@given(passages(), keys)
def test_packed_passages_say_the_same(made, key):
    packed = packed_passages(encode_passages(made, by=key))
    assert (packed.by, packed.units, packed.line) == (key, made.units, made.line)
    assert [int.from_bytes(packed.counts[i : i + 2], "little") for i in range(0, len(packed.counts), 2)] == [
        len(bucket) for bucket in made.buckets
    ]
    flat = [h for bucket in made.buckets for h in bucket]
    assert packed.hashes == b"".join(h.to_bytes(6, "little") for h in flat)


def test_two_holders_of_one_text_have_statements_of_their_own():
    assert encode_passages(TEXT, by=KEY) != encode_passages(TEXT, by="ed25519:" + "B" * 43)


def packed(*hashes):
    return base64.b64encode(b"".join(h.to_bytes(6, "little") for h in hashes)).decode()


def counts(*numbers):
    return base64.b64encode(b"".join(n.to_bytes(2, "little") for n in numbers)).decode()


def decoded(payload):
    return read_passages(payload)[1]


def changed(made=TEXT, **change):
    return canonical(parse(encode_passages(made, by=KEY)) | change)


def test_what_the_next_test_damages_is_good():
    assert decoded(changed(hashes=packed(1, 2, 3))).buckets == ((1, 2), (3,))
    assert decoded(changed(LINE)) == LINE


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"algorithm": "passages-2"},
        {"more": 1},
        {"by": "somebody"},
        {"units": 0},
        {"units": -5},
        {"units": 256},
        {"units": 513},
        {"units": 2**52},
        {"counts": counts(2)},
        {"counts": counts(2, 1, 0)},
        {"counts": counts(2, 2)},
        {"counts": counts(3, 1)},
        {"counts": counts(2, 1)[:-1]},
        {"counts": "AgAB?AA="},
        {"hashes": packed(1, 2)},
        {"hashes": packed(1, 2, 3, 4)},
        {"hashes": packed(2, 1, 3)},
        {"hashes": packed(1, 1, 3)},
        {"hashes": packed(1, 2, 3) + "\n"},
        {"hashes": base64.b64encode(bytes(17)).decode()},
        {"hashes": "\u3042" * 24},
        {"line": "00000000000a"},
        {"line": 7},
        {"line": ""},
    ],
)
def test_passages_of_the_wrong_form_are_refused(change):
    with pytest.raises(InputError):
        decoded(changed(**change))


@pytest.mark.parametrize("line", ["00000ABCDEF0", "abcdef", "0000000abcdef0", "00000000000g"])
def test_a_line_is_12_small_hex_digits(line):
    with pytest.raises(InputError):
        decoded(changed(LINE, line=line))


def test_base64_with_spare_bits_is_no_second_form():
    one = Passages(units=40, buckets=((7,),))
    spare = counts(1).replace("AQA=", "AQB=")
    assert base64.b64decode(spare) == base64.b64decode(counts(1))
    with pytest.raises(InputError, match="canonical"):
        decoded(changed(one, counts=spare))


def test_no_more_begin_in_a_bucket_than_there_are_places():
    full = Passages(units=256, buckets=(tuple(range(MAX_IN_BUCKET)),))
    assert decoded(encode_passages(full, by=KEY)) == full
    with pytest.raises(InputError, match="begin in 256"):
        decoded(encode_passages(Passages(units=256, buckets=(tuple(range(MAX_IN_BUCKET + 1)),)), by=KEY))


def test_the_order_of_packed_hashes_is_the_registrys_business():
    # What a registry has taken in is not looked at again; the lengths are.
    assert packed_passages(changed(hashes=packed(2, 1, 3))).units == 300
    with pytest.raises(InputError):
        packed_passages(changed(hashes=packed(1, 2)))
