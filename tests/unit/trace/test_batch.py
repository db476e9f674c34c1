from datetime import UTC, datetime

from sekisho.codec.generation import encode_generation
from sekisho.model import Decision, EntryId, Finding, Fingerprint, Kind, Method, Outcome, Permission, Trust
from sekisho.trace.batch import batch_root, encode_batch, generation_of, leaf_of_record
from tests.recorded import SALT, generation

AT = datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC)


def decision(**more):
    return Decision(
        item="users/taro/prompt-of-a-lighthouse.png",
        media_type="image/png",
        bytes=100,
        fingerprint=Fingerprint(sha256=b"\1" * 32, pdq=b"\2" * 32, quality=90),
        outcome=Outcome.BLOCK,
        reason="verified_without_permission",
        snapshot="cd" * 32,
        policy="ef" * 32,
        **more,
    )


def test_a_record_has_neither_the_name_of_the_item_nor_the_minute():
    made = generation_of(decision(), "ab" * 32, AT)
    assert made.at == AT.replace(minute=0, second=0)
    assert b"taro" not in encode_generation(made)
    assert b"lighthouse" not in encode_generation(made)


def test_a_record_says_whether_persons_were_looked_for():
    assert generation_of(decision(), "ab" * 32, AT).section == "none"
    assert generation_of(decision(), "ab" * 32, AT, "5e" * 32).section == "5e" * 32


def test_of_a_listed_output_no_fingerprint_is_kept():
    listed = Finding(
        kind=Kind.LISTED,
        method=Method.SHA256,
        entry=EntryId(""),
        trust=Trust.AUTHORITY,
        distance=0,
        threshold=0,
        permission=Permission.NONE,
    )
    assert generation_of(decision(findings=(listed,)), "ab" * 32, AT).fingerprint is None


def test_no_records_have_the_empty_root():
    assert batch_root([]).hex().startswith("e3b0c442")


def test_a_batch_names_its_segments_their_records_and_the_root():
    leaf = leaf_of_record(encode_generation(generation(1)), SALT)
    assert leaf_of_record(b"", leaf) == leaf
    assert encode_batch(1, 3, [leaf]) == (
        f'{{"first":1,"last":3,"records":1,"root":"{leaf.hex()}","v":1}}'.encode()
    )
