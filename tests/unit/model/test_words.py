from dataclasses import FrozenInstanceError, fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest

from sekisho import model
from sekisho.model import PURPOSE_PARENT, TURNED_BYTES, Fingerprint, Outcome, Purpose, utc
from sekisho.model.words import require

HASH = bytes(32)
NOUNS = [n for n in map(model.__dict__.get, model.__all__) if is_dataclass(n)]


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.__name__)
def test_a_noun_is_frozen_keyword_only_and_has_slots(noun):
    assert noun.__dataclass_params__.frozen
    assert all(f.kw_only for f in fields(noun))
    assert "__dict__" not in dir(noun)


def test_a_noun_can_not_be_changed():
    with pytest.raises(FrozenInstanceError):
        Fingerprint(sha256=HASH).sha256 = b"x"


def test_outcomes_are_ordered_from_the_mildest():
    assert sorted(Outcome, key=lambda o: o.rank) == [Outcome.ALLOW, Outcome.REVIEW, Outcome.BLOCK]


def test_only_the_kinds_of_training_have_a_parent():
    assert PURPOSE_PARENT == {Purpose.PRETRAIN: Purpose.TRAIN, Purpose.FINETUNE: Purpose.TRAIN}


def test_seven_turned_hashes_have_224_bytes():
    assert TURNED_BYTES == 7 * 32


def test_what_is_not_valid_is_refused_with_the_reason():
    require(condition=True, message="never said")
    with pytest.raises(ValueError, match="no good"):
        require((), "no good")


def test_time_is_aware_utc_in_whole_seconds():
    tokyo = datetime(2026, 11, 22, 8, 0, 0, 999, tzinfo=timezone(timedelta(hours=9)))
    assert utc(tokyo) == datetime(2026, 11, 21, 23, tzinfo=UTC)
    assert utc(tokyo).tzinfo is UTC
    with pytest.raises(ValueError, match="aware"):
        utc(datetime(2026, 11, 22))  # noqa: DTZ001
