from sekisho.audit.gathered import Rows
from sekisho.audit.rows import encode_part
from sekisho.model import Decision, Fingerprint, Outcome, Unfingerprintable, Unreadable


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
            rows.clear = rows.clear or one
            rows.add_clear(one.item, one.bytes, one.fingerprint.sha256)
        else:
            rows.add(one)
    return rows


def test_clear_rows_are_the_same_bytes_as_decisions_of_their_own():
    rows = gathered(MIXED, clear=True)
    assert (len(rows), set(rows.others)) == (5, {1, 3})
    assert encode_part(rows, "u", b"k" * 32) == encode_part(gathered(MIXED, clear=False), "u", b"k" * 32)
    alone = MIXED[::2]
    assert gathered(alone, clear=True).others == {}
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


def test_a_unit_without_items_has_no_rows():
    rows = Rows()
    assert (rows.column(lambda d: d.reason), rows.count(lambda d: d.reason)) == ([], {})
