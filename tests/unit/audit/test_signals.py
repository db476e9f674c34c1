from datetime import date

import pytest

from sekisho.audit.rows import shown_stances
from sekisho.audit.signals import read_stances, signal_counts, signal_totals, stance_for
from sekisho.model import Decision, KeyId, Outcome, Purpose, Signal, SignalFamily, SignalUse, Stance, Use

USE = Use(operator=KeyId("ed25519:x"), purpose=Purpose.TRAIN, territory="JP", on=date(2026, 11, 1))
NO = {SignalUse.TDM: Stance.DISALLOW}
YES = {SignalUse.TRAIN_GENERATIVE: Stance.ALLOW}


def signal(family=SignalFamily.TDMREP, stances=NO):
    return Signal(family=family, place="embedded", raw="1", stances=stances)


def decided(signals, stances):
    return Decision(
        item="a",
        media_type="",
        bytes=1,
        fingerprint=None,
        outcome=Outcome.REVIEW,
        reason="x",
        signals=signals,
        stances=stances,
        snapshot="s",
        policy="p",
    )


def test_stances_come_back_as_they_stand_in_a_row():
    both = NO | YES
    assert read_stances(shown_stances(both)) == both
    assert read_stances("") == {}
    with pytest.raises(ValueError, match="maybe"):
        read_stances("tdm=maybe")


@pytest.mark.parametrize(
    ("stances", "purpose", "stance"),
    [
        (NO | YES, Purpose.TRAIN, Stance.DISALLOW),
        (YES, Purpose.TRAIN, Stance.ALLOW),
        ({SignalUse.TDM: Stance.ALLOW}, Purpose.TRAIN, Stance.UNKNOWN),
        ({SignalUse.TDM: Stance.ERROR} | YES, Purpose.PRETRAIN, Stance.ERROR),
        (NO, Purpose.RETRIEVE, Stance.UNKNOWN),
        (NO, Purpose.GENERATE, Stance.UNKNOWN),
    ],
)
def test_what_stances_come_to_for_a_purpose(stances, purpose, stance):
    assert stance_for(stances, purpose) is stance


def test_items_are_counted_by_what_holders_say_and_by_family():
    both = (signal(), signal(SignalFamily.LICENCE, YES))
    said = [
        (decided((), {}), 9),
        (decided((signal(),), NO), 1),
        (decided(both, NO | YES), 2),
        (decided((signal(SignalFamily.RIGHTS, {}),), {}), 1),
    ]
    assert signal_counts(said, USE) == {
        "items": 4,
        "stances": {"disallow": 3, "unknown": 1},
        "families": {"licence": {"allow": 2}, "rights": {"unknown": 1}, "tdmrep": {"disallow": 3}},
    }


def test_how_an_item_was_made_is_no_signal_of_rights_and_hides_none():
    made = signal(SignalFamily.SOURCE_TYPE, {})
    said = [((made,), {}), ((made, signal()), NO), ((signal(), made), NO)]
    said = [(decided(*one), 1) for one in said]
    assert signal_counts(said, USE) == {
        "items": 2,
        "stances": {"disallow": 2},
        "families": {"tdmrep": {"disallow": 2}},
    }


def test_units_add_up_and_coverage_is_of_all_items():
    one = {"rows": 4, "signals": signal_counts([(decided((signal(),), NO), 1)], USE)}
    old = {"rows": 6}
    total = signal_totals([one, one, old], {"sites": None})
    assert (total["items"], total["of"], total["stances"]) == (2, 14, {"disallow": 2})
    assert total["families"] == {"tdmrep": {"disallow": 2}}
    assert total["used"] == {"sites": None}
