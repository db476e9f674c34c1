import json
from dataclasses import replace

import pytest

from sekisho.codec import canonical
from sekisho.codec.generation import decode_generation, encode_generation
from sekisho.errors import InputError
from sekisho.model import (
    EntryId,
    Finding,
    Fingerprint,
    GrantId,
    Kind,
    Method,
    Outcome,
    Permission,
    Trust,
    Unreadable,
)
from tests.recorded import entry, generation

FOUND = Finding(
    kind=Kind.WORK,
    method=Method.PDQ,
    entry=EntryId(entry(1)),
    trust=Trust.VERIFIED,
    distance=4,
    threshold=31,
    permission=Permission.GRANTED,
    grant=GrantId("g-" + "1" * 32),
    detail={"orientation": "rot90", "frame": 2},
)
FILM = Fingerprint(
    sha256=b"\1" * 32, pdq=b"\2" * 32, quality=80, more=((b"\3" * 32, 70),), times=(0, 500), duration=1000
)
PERSON = replace(FOUND, kind=Kind.LIKENESS, entry=EntryId(""), grant=None, detail={}, distance=0)
RECORDS = [
    generation(1),
    generation(1, findings=(FOUND, PERSON)),
    replace(generation(1), fingerprint=FILM),
    replace(generation(1), fingerprint=None),
    replace(generation(1), fingerprint=Fingerprint(sha256=b"\1" * 32)),
    replace(generation(1), outcome=Outcome.REVIEW, reason="unreadable", unreadable=Unreadable.CORRUPT),
    generation(1, section="none"),
    generation(1, section="5e" * 32),
]


@pytest.mark.parametrize("made", RECORDS)
def test_a_record_is_read_as_it_was_written(made):
    assert decode_generation(encode_generation(made)) == made


def test_a_record_of_before_sections_were_kept_reads_on_to_the_byte():
    old = encode_generation(generation(1))
    assert b"section" not in old
    assert json.loads(old)["v"] == 1
    assert decode_generation(old).section == ""
    assert json.loads(encode_generation(generation(1, section="none")))["v"] == 2


def test_turned_hashes_are_not_part_of_a_record():
    turned = replace(generation(1).fingerprint, turned=(bytes(224),))
    assert encode_generation(replace(generation(1), fingerprint=turned)) == encode_generation(generation(1))


def changed(**more):
    return canonical(json.loads(encode_generation(generation(1))) | more)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{}",
        b"[]",
        changed(prompt="a lighthouse"),
        changed(user="u-1"),
        changed(v=2),
        changed(v=3, section="none"),
        changed(section="none"),
        changed(v=2, section=""),
        changed(v=2, section="some"),
        changed(at=-1),
        changed(model="mine"),
        changed(reason="Because I say so"),
        changed(outcome="fine"),
        changed(print={"sha256": "00" * 32, "frames": [["AAAA", 90]], "times": [], "duration": 0}),
        changed(findings=[{"kind": "work"}]),
    ],
)
def test_another_form_is_refused(payload):
    with pytest.raises(InputError):
        decode_generation(payload)
