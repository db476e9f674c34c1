from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sekisho.audit.again.said import said_anew, said_of, still_said
from sekisho.check import NO_SOURCES, Looked, Unread, look_at
from sekisho.detect.signals.resolve import resolve
from sekisho.model import AsOf, Item, Purpose, Signal, SignalFamily, SignalUse, Stance, Told
from sekisho.policy import shipped_policy
from tests.embedded import jpeg, packet

DAY = datetime(2026, 11, 1, tzinfo=UTC)
ROW = {
    "family": "robots",
    "place": "https://a.example/robots.txt",
    "raw": "Disallow: /",
    "stances": "tdm=disallow;train_generative=disallow",
    "agent": "gptbot",
    "note": "",
    "captured": DAY,
    "source": "ab",
}


def test_what_was_said_comes_back_with_what_it_came_to():
    said = said_of([ROW], "tdm=disallow;train_generative=disallow", as_of=None)
    assert said.of(Purpose.TRAIN).stance is Stance.DISALLOW
    assert said.stances == {SignalUse.TDM: Stance.DISALLOW, SignalUse.TRAIN_GENERATIVE: Stance.DISALLOW}
    (signal,) = said.of(Purpose.TRAIN).by
    assert (signal.captured, signal.agent) == (DAY, "gptbot")


def test_what_did_not_count_then_does_not_count_now():
    assert said_of([ROW], "", as_of=None).of(Purpose.TRAIN).stance is Stance.UNKNOWN


def test_by_other_copies_it_is_settled_again():
    allowed = {**ROW, "stances": "tdm=allow;train_generative=allow"}
    assert said_of([allowed], "", as_of=AsOf.AUDIT).of(Purpose.TRAIN).stance is Stance.ALLOW
    # Nobody knows what it said when the item was fetched: such leave is none.
    assert said_of([allowed], "", as_of=AsOf.CRAWL).of(Purpose.TRAIN).stance is Stance.UNKNOWN


@pytest.mark.parametrize("signals", [None, []])
def test_nothing_said_is_nothing(signals):
    assert said_of(signals, "", as_of=None) is None


@pytest.mark.parametrize("change", [{"family": "smoke"}, {"stances": "tdm=perhaps"}, {"raw": "x" * 2000}])
def test_words_that_no_audit_writes_are_refused(change):
    with pytest.raises(ValueError):  # noqa: PT011 - of several enums
        said_of([{**ROW, **change}], "", as_of=None)


def noted(stance, place="https://a.example/robots.txt", captured=DAY):
    uses = dict.fromkeys((SignalUse.TDM, SignalUse.TRAIN_GENERATIVE), stance)
    return Signal(family=SignalFamily.AIPREF, place=place, raw="", stances=uses, captured=captured)


def said(*signals):
    return resolve(signals, as_of=AsOf.AUDIT) if signals else None


def looked(*signals, listed=False):
    return Looked(name="a", bytes=0, look=None, problem=None, listed=listed, said=said(*signals))


def test_only_those_who_say_it_are_named():
    other = {**ROW, "stances": "tdm=allow"}
    found = said_of([ROW, other], "tdm=disallow", as_of=None)
    assert [signal.stances[SignalUse.TDM] for signal in found.uses[SignalUse.TDM].by] == [Stance.DISALLOW]
    given = said_of([other], "tdm=allow", as_of=None)
    assert len(given.uses[SignalUse.TDM].by) == 1
    unsaid = {**ROW, "stances": "tdm=unknown"}
    assert said_of([unsaid], "", as_of=None).uses[SignalUse.TDM].by == ()


def test_of_what_was_not_said_before_and_of_what_is_listed_nothing_changes():
    now = looked(noted(Stance.ALLOW))
    assert still_said(now, None, AsOf.AUDIT) is now
    listed = looked(listed=True)
    assert still_said(listed, said(noted(Stance.DISALLOW)), AsOf.AUDIT) is listed


def test_what_is_said_again_is_said_once():
    before = said(
        noted(Stance.DISALLOW, "header", DAY.replace(microsecond=123_000)), noted(Stance.ALLOW, "b", None)
    )
    now = looked(
        noted(Stance.DISALLOW, "header", DAY.replace(microsecond=123_456)), noted(Stance.ALLOW, "b", None)
    )
    assert still_said(now, before, AsOf.AUDIT).said is before
    assert still_said(looked(), before, AsOf.AUDIT).said is before


def test_what_is_said_only_now_counts_beside_what_was_said():
    before, now = said(noted(Stance.ALLOW)), looked(noted(Stance.DISALLOW, "header", None))
    found = still_said(now, before, AsOf.AUDIT).said
    assert [signal.place for signal in found.signals] == ["https://a.example/robots.txt", "header"]
    assert found.of(Purpose.TRAIN).stance is Stance.DISALLOW
    record = still_said(Unread("r", b"{}", bytes(32)), before, AsOf.AUDIT)
    assert (record.name, record.said) == ("r", before)


def test_read_anew_only_what_is_said_now_counts():
    policy = shipped_policy("opt-in")
    item = Item(name="a", data=jpeg(packet({"plus:DataMining": "DMI-PROHIBITED"})))
    seen = look_at(item, policy=policy)
    before = replace(seen, said=said(noted(Stance.ALLOW)))
    assert said_anew(before, item, policy, NO_SOURCES) == seen
    beside = replace(item, told=Told(signals=(noted(Stance.DISALLOW, "header"),)))
    unseen = said_anew(looked(), beside, policy, NO_SOURCES)
    assert [signal.place for signal in unseen.said.signals] == ["header"]
