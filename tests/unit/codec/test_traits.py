import base64
import struct

import pytest
from hypothesis import given

from sekisho.codec import (
    canonical,
    decode_packed_traits,
    decode_print,
    decode_registration,
    encode_packed_traits,
    encode_print,
    encode_registration,
    encode_traits,
    parse,
    read_traits,
)
from sekisho.codec.traits import FRAME_BYTES, MAX_MODELS
from sekisho.errors import InputError
from sekisho.model import Film, Frame, Kind, Local, Print, Registrant, Traits, Vector
from tests.parties import DAY
from tests.strategies import ids, keys, labels, traits

KEY = "ed25519:" + "A" * 43
MODEL = "line@0123456789abcdef"
ROW = struct.pack("<32sHHBB", bytes(range(32)), 640, 6400, 255, 7)
HALVES = struct.pack("<4e", 0.5, -0.5, 0.5, -0.5)
DRAWN = Traits(local=Local(width=10, height=100, rows=ROW), vectors=(Vector(model=MODEL, values=HALVES),))
FILM = Traits(film=Film(duration=1500, frames=(Frame(at=0, pdq=bytes(32), quality=0),)))


def text(data):
    return base64.b64encode(data).decode()


@given(traits, keys)
def test_traits_come_back(made, key):
    payload = encode_traits(made, by=key)
    assert read_traits(payload) == (key, made)
    assert encode_traits(read_traits(payload)[1], by=key) == payload
    assert decode_packed_traits(encode_packed_traits(made)) == made


@given(traits, labels)
def test_a_line_of_prints_holds_its_traits(made, name):
    quality = None if made.film is not None else 80
    p = Print(sha256=bytes(32), quality=quality, traits=made, name=name)
    assert decode_print(encode_print(p)) == p
    with pytest.raises(InputError, match="names the statement"):
        registered(p)


@given(ids("t"))
def test_a_registration_names_its_traits(name):
    p = Print(sha256=bytes(32), quality=80, traits=name)
    assert decode_registration(registered(p)).prints == (p,)
    with pytest.raises(InputError, match="holds its traits"):
        encode_print(p)


def registered(p):
    holder = Registrant(key=KEY, label="")
    return encode_registration(holder=holder, kind=Kind.WORK, title="", on=DAY, prints=(p,))


def test_a_registration_without_traits_keeps_its_id():
    assert b"traits" not in registered(Print(sha256=bytes(32)))


def test_two_holders_of_one_picture_have_statements_of_their_own():
    assert encode_traits(DRAWN, by=KEY) != encode_traits(DRAWN, by="ed25519:" + "B" * 43)


def changed(made, **change):
    """Change fields of a payload; `local.width` is a field within one."""
    document = parse(encode_traits(made, by=KEY))
    for name, value in change.items():
        place = document
        *path, last = name.split("__")
        for step in path:
            place = place[step]
        place[last] = value
    return canonical(document)


def test_what_the_next_tests_damage_is_good():
    assert read_traits(changed(DRAWN))[1] == DRAWN
    assert read_traits(changed(FILM))[1] == FILM


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"by": "somebody"},
        {"more": 1},
        {"local": None, "vectors": []},
        {"local": {}},
        {"local__width": 0},
        {"local__width": 9},
        {"local__width": 513},
        {"local__height": 99},
        {"local__height": -1},
        {"local__more": 1},
        {"local__features": ""},
        {"local__features": text(ROW[:-1])},
        {"local__features": text(ROW + b"\0")},
        {"local__features": text(ROW * 301)},
        {"local__features": text(ROW[:-1] + b"\x20")},
        {"local__features": text(ROW) + "\n"},
        {"local__features": "\u3042"},
        {"vectors": {}},
        {"vectors": [{"model": MODEL, "values": text(HALVES)}] * 2},
        {"vectors": [{"model": f"{n}@{n:016x}", "values": text(HALVES)} for n in range(MAX_MODELS + 1)]},
        {"vectors": [{"model": MODEL, "values": text(HALVES), "more": 1}]},
        {"film": {"duration": 1, "frames": text(struct.pack("<I32sB", 0, bytes(32), 0))}},
    ],
)
def test_traits_of_the_wrong_form_are_refused(change):
    with pytest.raises(InputError):
        read_traits(changed(DRAWN, **change))


@pytest.mark.parametrize(
    "vector",
    [
        {"model": "", "values": text(HALVES)},
        {"model": "line", "values": text(HALVES)},
        {"model": "line@0123", "values": text(HALVES)},
        {"model": "../line@0123456789abcdef", "values": text(HALVES)},
        {"model": MODEL, "values": ""},
        {"model": MODEL, "values": text(HALVES[:-1])},
        {"model": MODEL, "values": text(struct.pack("<4e", 0.5, 0.5, 0.5, 0.6))},
        {"model": MODEL, "values": text(struct.pack("<4e", 0.0, 0.0, 0.0, 0.0))},
        {"model": MODEL, "values": text(struct.pack("<4e", 1.0, float("nan"), 0.0, 0.0))},
        {"model": MODEL, "values": text(struct.pack("<4e", 1.0, float("inf"), 0.0, 0.0))},
        {"model": MODEL, "values": text(struct.pack("<4097e", 1.0, *[0.0] * 4096))},
    ],
)
def test_vectors_of_the_wrong_form_are_refused(vector):
    with pytest.raises(InputError):
        read_traits(changed(DRAWN, vectors=[vector]))


def rows(*times, quality=50):
    return b"".join(struct.pack("<I32sB", at, bytes(32), quality) for at in times)


@pytest.mark.parametrize(
    "change",
    [
        {"film__duration": -1},
        {"film__duration": 2**32},
        {"film__frames": ""},
        {"film__frames": text(rows(0)[:-1])},
        {"film__frames": text(rows(0, 0))},
        {"film__frames": text(rows(1, 0))},
        {"film__frames": text(rows(0, 1501))},
        {"film__frames": text(rows(0, quality=101))},
        {"film__more": 1},
    ],
)
def test_films_of_the_wrong_form_are_refused(change):
    with pytest.raises(InputError):
        read_traits(changed(FILM, **change))
    assert len(rows(0)) == FRAME_BYTES


def test_a_vector_is_read_with_the_error_of_its_numbers():
    long = struct.pack("<512e", *[512**-0.5] * 512)
    made = Traits(vectors=(Vector(model=MODEL, values=long),))
    assert read_traits(encode_traits(made, by=KEY))[1] == made


def test_base64_with_spare_bits_is_no_second_form():
    value = text(ROW)
    assert value.endswith("/wc=")
    spare = value.replace("/wc=", "/wd=")
    assert base64.b64decode(spare) == ROW
    with pytest.raises(InputError, match="canonical"):
        read_traits(changed(DRAWN, local__features=spare))


@pytest.mark.parametrize(
    "p",
    [
        Print(sha256=bytes(32), quality=80, traits=FILM),
        Print(sha256=bytes(32), traits=DRAWN),
        Print(sha256=None, pdq=bytes(32), decode_profile="unknown", quality=80, traits=DRAWN),
    ],
)
def test_only_a_film_has_no_quality_and_traits_have_a_file(p):
    with pytest.raises(InputError):
        decode_print(encode_print(p))
