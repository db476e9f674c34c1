import json
from dataclasses import replace

import pytest

from sekisho.trace.lines import Means, line_of
from sekisho.trace.shown import as_json, as_text
from tests.recorded import MemoryRecord, entry, finding, row

PERSON = finding(None, kind="likeness", distance=12)


def line(findings=(), means=Means.NEAR_COPY, **more):
    record = MemoryRecord([row(findings=findings) | {"item": "shard.tar#\u202e.jpg"}])
    more = {"distance": 9, "frames": 1} | more if means is Means.NEAR_COPY else more
    return line_of(record, record.read([0])[0], means, **more)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("means", Means)
@pytest.mark.parametrize("store", ["run", "generations"])
def test_every_line_is_said_in_both_languages(lang, means, store):
    made = replace(line([finding(1), PERSON], means), store=store, entry=entry(1), at="2026-11-22T09:00Z")
    said = "\n".join(as_text(made, 1, lang))
    assert "unit#0" in said
    assert entry(1) in said
    assert "\u202e" not in said


def test_distance_orientation_and_frames_are_said_of_near_copies():
    said = as_text(line(orientation="rot90", frames=3, frame=2), 1, "en")[0]
    assert "9 of 256 bits" in said
    assert "turned by 90" in said
    assert "3" in said
    assert "bits" not in as_text(line(means=Means.SAME_FILE), 1, "en")[0]


def test_of_a_protected_person_only_that_is_said():
    said = as_text(line([PERSON]), 1, "en")[-1]
    assert said.strip() == "a protected person"
    assert as_json(line([PERSON]))["findings"] == [{"kind": "protected_person"}]


def test_what_reviewers_made_of_it_is_said():
    assert any("passed" in part for part in as_text(line(), 1, "en", "allow")[3:])


def test_a_line_as_json_has_what_applies():
    near, same = as_json(line([finding(1)])), as_json(line(means=Means.SAME_FILE))
    assert (near["distance"], near["means"], near["place"]) == (9, "near_copy", "unit#0")
    assert "distance" not in same
    assert near["findings"][0]["entry"] == entry(1)
    json.dumps([near, same])
