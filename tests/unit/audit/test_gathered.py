from sekisho.audit.gathered import Rows
from sekisho.audit.rows import encode_part
from sekisho.check import Unread
from sekisho.detect.signals.resolve import resolve
from sekisho.model import (
    AsOf,
    Decision,
    Fingerprint,
    Outcome,
    Signal,
    SignalFamily,
    SignalUse,
    Stance,
    Unfingerprintable,
    Unreadable,
)


def decision(number, **changes):
    facts = {
        "item": f"a.jsonl#{number}",
        "media_type": "application/json",
        "bytes": 10 + number,
        "fingerprint": Fingerprint(sha256=bytes([number]) * 32),
        "outcome": Outcome.ALLOW,
        "reason": "no_known_objection",
        "snapshot": "s",
        "policy": "p",
    }
    return Decision(**(facts | changes))


UNREAD = Unfingerprintable(reason=Unreadable.EMPTY)
REFUSED = decision(1, outcome=Outcome.BLOCK, reason="verified_without_permission")
BROKEN = decision(3, fingerprint=None, outcome=Outcome.REVIEW, reason="unreadable", unreadable=UNREAD)
MIXED = [decision(0), REFUSED, decision(2), BROKEN, decision(4)]


def gathered(decisions, *, clear):
    rows = Rows()
    for one in decisions:
        if clear and one.reason == "no_known_objection":
            unread = Unread(one.item, bytes(one.bytes), one.fingerprint.sha256)
            rows.add_clear(unread, None, lambda *_, one=one: one)
        else:
            rows.add(one)
    return rows


def test_clear_rows_are_the_same_bytes_as_decisions_of_their_own():
    rows = gathered(MIXED, clear=True)
    assert (len(rows), len(rows.decisions), rows.numbers) == (5, 3, [0, 1, 0, 2, 0])
    assert list(rows.counted()) == [(MIXED[0], 3), (REFUSED, 1), (BROKEN, 1)]
    assert encode_part(rows, "u", b"k" * 32) == encode_part(gathered(MIXED, clear=False), "u", b"k" * 32)
    alone = MIXED[::2]
    assert gathered(alone, clear=True).decisions == alone[:1]
    assert encode_part(gathered(alone, clear=True), "u", b"k" * 32) == encode_part(
        gathered(alone, clear=False), "u", b"k" * 32
    )


def test_columns_and_counts_are_those_of_all_rows():
    for clear in (True, False):
        rows = gathered(MIXED, clear=clear)
        assert rows.column(lambda d: d.outcome.value) == ["allow", "block", "allow", "review", "allow"]
        assert rows.count(lambda d: d.outcome.value) == {"allow": 3, "block": 1, "review": 1}
        assert list(rows.count(lambda d: d.reason)) == sorted({d.reason for d in MIXED})
        assert rows.digests == [bytes(32), b"\1" * 32, b"\2" * 32, None, b"\4" * 32]
        assert (rows.sizes, rows.items[3]) == ([10, 11, 12, 13, 14], "a.jsonl#3")


def test_a_row_like_the_clear_ones_is_counted_with_them():
    rows = gathered(MIXED, clear=True)
    rows.add(decision(5))
    assert rows.count(lambda d: d.reason)["no_known_objection"] == 4


def test_rows_share_a_decision_if_the_same_is_said_about_them():
    said = [None, *(resolve((), as_of=AsOf.AUDIT) for _ in range(2))]
    rows = Rows()
    for number in (0, 1, 2, 1, 0):
        rows.add_clear(Unread("a", b"", bytes(32)), said[number], lambda _, it: it)
    assert rows.numbers == [0, 1, 2, 1, 0]
    assert rows.decisions == said


def test_a_unit_without_items_has_no_rows():
    rows = Rows()
    assert (rows.column(lambda d: d.reason), rows.count(lambda d: d.reason)) == ([], {})


def test_a_row_keeps_what_holders_said():
    stances = {SignalUse.TDM: Stance.DISALLOW}
    signals = (Signal(family=SignalFamily.TDMREP, place="embedded", raw="1", stances=stances),)
    rows = Rows()
    rows.add(decision(0, signals=signals, stances=stances))
    rows.add(decision(1))
    said = resolve(signals, as_of=AsOf.AUDIT)
    unread = Unread("c", b"1", bytes(32))
    rows.add_clear(unread, said, lambda _, it: decision(2, signals=it.signals, stances=it.stances))
    said = rows.column(lambda one: (one.signals, one.stances))
    assert said == [(signals, stances), ((), {}), (signals, stances)]
