from dataclasses import fields, replace
from datetime import datetime, timedelta

import pytest

from sekisho.model import EntryId, Finding, Generation, Kind, Method, Permission, Trust
from tests.recorded import generation

AT = generation(1).at


@pytest.mark.parametrize(
    "wrong",
    [AT + timedelta(minutes=1), AT + timedelta(seconds=1), datetime(2026, 11, 22, 9)],  # noqa: DTZ001
)
def test_a_record_is_dated_to_the_hour(wrong):
    with pytest.raises(ValueError, match=r"hour|aware"):
        replace(generation(1), at=wrong)


@pytest.mark.parametrize("name", ["model", "snapshot", "policy"])
def test_a_digest_is_one(name):
    for wrong in ("", "AB" * 32, "ab" * 31, "my-model"):
        with pytest.raises(ValueError, match="64 hex"):
            replace(generation(1), **{name: wrong})


def test_a_section_is_named_or_there_was_none():
    for right in ("", "none", "ab" * 32):
        assert generation(1, section=right).section == right
    for wrong in ("some", "AB" * 32, "ab" * 31):
        with pytest.raises(ValueError, match="64 hex"):
            generation(1, section=wrong)


def test_of_a_listed_file_nothing_is_kept():
    listed = Finding(
        kind=Kind.LISTED,
        method=Method.SHA256,
        entry=EntryId(""),
        trust=Trust.AUTHORITY,
        distance=0,
        threshold=0,
        permission=Permission.NONE,
    )
    with pytest.raises(ValueError, match="nothing is kept"):
        generation(1, findings=(listed,))


def test_there_is_no_place_for_a_prompt_or_a_user():
    assert {one.name for one in fields(Generation)} == {
        *("at", "model", "snapshot", "policy", "section", "outcome", "reason"),
        *("media_type", "fingerprint", "findings", "unreadable"),
    }
