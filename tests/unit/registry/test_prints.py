import io
import json
from dataclasses import replace

import pytest

from sekisho.errors import InputError, SekishoError, SignatureError
from sekisho.model import Print
from sekisho.registry.prints import by_entry, encode_prints, open_prints, print_lines, read_prints
from tests.parties import Party, a_print, passages_of

AOZORA, MALLORY = Party(name="aozora"), Party(name="mallory")
PRINTS = tuple(a_print(n, f"{n}.png") for n in range(3))
DATA = encode_prints(PRINTS, AOZORA)


def test_what_is_written_is_read():
    read = read_prints(DATA)
    assert read.prints == PRINTS
    assert read.holder == AOZORA.key


def test_the_header_is_as_documented():
    header = json.loads(DATA.split(b"\n")[0])
    assert header == {"decode_profile": "full-v1", "holder": AOZORA.key, "prints": "sekisho", "v": 1}


def test_an_unsigned_file_is_refused():
    lines = DATA.split(b"\n")
    with pytest.raises(SignatureError, match="not signed"):
        read_prints(b"\n".join([*lines[:-2], b""]))


def test_a_line_that_was_added_is_refused():
    lines = DATA.split(b"\n")
    with pytest.raises(SignatureError, match="changed"):
        read_prints(b"\n".join([*lines[:2], lines[1], *lines[2:]]))


def test_prints_under_anothers_name_are_refused():
    stolen = DATA.replace(AOZORA.key.encode(), MALLORY.key.encode(), 1)
    with pytest.raises(SignatureError, match="signed them"):
        read_prints(stolen)


@pytest.mark.parametrize("position", range(0, len(DATA), 37))
def test_a_changed_byte_is_refused(position):
    changed = bytearray(DATA)
    changed[position] ^= 1
    with pytest.raises(SekishoError):
        read_prints(bytes(changed))


@pytest.mark.parametrize("data", [b"", b"\n", b"{}\n{}\n", DATA[:-1], DATA + b"\n"])
def test_what_is_no_file_of_prints_is_refused(data):
    with pytest.raises((InputError, SignatureError)):
        read_prints(data)


def test_frames_of_one_file_stay_together():
    frames = (a_print(1, "a.gif"), a_print(1, "a.gif"), a_print(2, "b.png"))
    assert by_entry(frames) == (frames[:2], frames[2:])


def test_the_pages_of_a_volume_are_one_entry():
    pages = [replace(a_print(n, f"v{v}.cbz#{n}.jpg"), at=str(n + 1)) for v in (1, 2) for n in range(3)]
    assert by_entry(pages) == (tuple(pages[:3]), tuple(pages[3:]))


def test_files_with_a_number_sign_in_their_names_stay_apart():
    files = (a_print(1, "a#1.png"), a_print(2, "a#2.png"))
    assert by_entry(files) == (files[:1], files[1:])


def test_one_entry_is_said_in_the_header_and_signed():
    data = encode_prints(PRINTS, AOZORA, as_one=True)
    assert read_prints(data).as_one
    assert not read_prints(DATA).as_one
    with pytest.raises(SignatureError):
        read_prints(data.replace(b'"as_one":true', b'"as_one":false', 1))


def test_lines_are_made_one_after_the_other():
    asked = []
    lines = print_lines((asked.append(p) or p for p in PRINTS), AOZORA)
    next(lines)
    assert asked == []
    next(lines)
    assert asked == [PRINTS[0]]
    assert b"".join(print_lines(iter(PRINTS), AOZORA)) == DATA


TEXT = Print(sha256=bytes(32), passages=passages_of(1), decode_profile="passages-1", name="novel.txt")


def test_a_text_stands_in_the_file_with_its_passages():
    read = read_prints(encode_prints([*PRINTS, TEXT], AOZORA))
    assert read.prints == (*PRINTS, TEXT)


def test_a_file_is_read_line_by_line_and_as_often_as_one_likes():
    opened = open_prints(io.BytesIO(encode_prints([*PRINTS, TEXT], AOZORA)))
    assert (opened.holder, opened.count, opened.as_one) == (AOZORA.key, 4, False)
    first = opened.prints()
    assert next(first) == PRINTS[0]
    assert tuple(opened.prints()) == tuple(opened.prints()) == (*PRINTS, TEXT)


def test_a_file_without_prints_is_none_of_a_holder():
    assert tuple(open_prints(io.BytesIO(encode_prints([], AOZORA))).prints()) == ()


def test_a_passage_that_was_changed_is_refused():
    data = encode_prints([TEXT], AOZORA)
    hashes = json.loads(data.split(b"\n")[1])["passages"]["hashes"].encode()
    with pytest.raises(SignatureError, match="changed"):
        read_prints(data.replace(hashes, hashes[8:] + hashes[:8]))
