"""What signals come to: who contributes; the rules are in tests/conformance."""

from datetime import UTC, datetime

import pytest

from sekisho.detect.signals.resolve import ASKED, AsOf, resolve
from sekisho.model import Purpose
from sekisho.model.signal import Signal, SignalFamily, SignalUse, Stance

DAYS = [datetime(2026, 1, day, tzinfo=UTC) for day in range(1, 5)]
GEN = SignalUse.TRAIN_GENERATIVE


def signal(stance, family=SignalFamily.AIPREF, place="https://e.com/robots.txt", use=GEN, captured=None):
    return Signal(family=family, place=place, raw=str(stance), stances={use: stance}, captured=captured)


def test_only_those_that_say_what_it_comes_to_contribute_and_all_are_kept():
    no, yes, error = (signal(s) for s in (Stance.DISALLOW, Stance.ALLOW, Stance.ERROR))
    resolved = resolve([yes, no, error], as_of=AsOf.AUDIT)
    assert resolved.uses[GEN].by == (no,)
    assert resolved.signals == (yes, no, error)
    assert set(resolved.uses) == set(SignalUse)


def test_an_unknown_use_has_no_contributors():
    resolved = resolve([signal(Stance.UNKNOWN)], as_of=AsOf.CRAWL)
    assert (resolved.uses[GEN].stance, resolved.uses[GEN].by) == (Stance.UNKNOWN, ())


def test_every_purpose_has_its_uses():
    assert set(ASKED) == set(Purpose)
    assert {ASKED[p][0] for p in (Purpose.TRAIN, Purpose.PRETRAIN, Purpose.FINETUNE)} == {GEN}
    assert resolve([], as_of=AsOf.AUDIT).of(Purpose.GENERATE).stance is Stance.UNKNOWN


def test_a_purpose_names_all_that_object_to_any_of_its_uses():
    mining = signal(Stance.DISALLOW, use=SignalUse.TDM)
    training = signal(Stance.DISALLOW)
    verdict = resolve([mining, signal(Stance.ALLOW), training], as_of=AsOf.AUDIT).of(Purpose.TRAIN)
    assert (verdict.stance, verdict.by) == (Stance.DISALLOW, (mining, training))


def test_retrieval_asks_for_input_alone():
    resolved = resolve([signal(Stance.DISALLOW), signal(Stance.ALLOW, use=SignalUse.INPUT)], as_of=AsOf.AUDIT)
    assert resolved.of(Purpose.RETRIEVE).stance is Stance.ALLOW


def test_an_error_of_a_use_asked_along_hides_leave():
    resolved = resolve([signal(Stance.ALLOW), signal(Stance.ERROR, use=SignalUse.TDM)], as_of=AsOf.AUDIT)
    assert resolved.of(Purpose.TRAIN).stance is Stance.ERROR


@pytest.mark.parametrize(
    ("crawled", "stance"),
    [
        (DAYS[0], Stance.UNKNOWN),
        (DAYS[1], Stance.ALLOW),
        (DAYS[2], Stance.DISALLOW),
        (DAYS[3], Stance.DISALLOW),
    ],
)
def test_as_of_crawl_takes_the_copy_that_stood_then(crawled, stance):
    copies = [signal(Stance.ALLOW, captured=DAYS[1]), signal(Stance.DISALLOW, captured=DAYS[2])]
    assert resolve(copies, as_of=AsOf.CRAWL, crawled=crawled).uses[GEN].stance is stance
    assert resolve(copies, as_of=AsOf.AUDIT, crawled=crawled).uses[GEN].stance is Stance.DISALLOW


def test_places_do_not_age_each_other():
    old = signal(Stance.DISALLOW, place="https://e.com/ai.txt", captured=DAYS[0])
    new = signal(Stance.ALLOW, captured=DAYS[3])
    assert resolve([old, new], as_of=AsOf.AUDIT).uses[GEN].by == (old,)
