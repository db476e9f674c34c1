from datetime import UTC, date, datetime

import numpy as np
import pytest

from sekisho.codec.hit import encode_draft
from sekisho.model import EVERYBODY, KeyId, Permission, State, Trust
from sekisho.model.hit import MAX_ROWS_NAMED, Cause, Desk, Nearness
from sekisho.trace.events import events_of
from sekisho.trace.turned import turned_hashes
from sekisho.trace.watch import draft_of, match_events
from tests.recorded import KEY, MemoryRecord, entry, finding, flipped, random_hashes, row
from tests.watched import GRANT, HOLDER, a_grant, known, stood

HASHES = random_hashes(12, seed=11)
OTHER = KeyId("ed25519:" + "X" * 43)
GRANTED = finding(1, permission="granted", grant=GRANT)


def hits(rows, says, **more):
    return match_events(MemoryRecord(rows, **more), events_of(says), says)


def test_a_registration_meets_what_was_recorded_before():
    rows = [
        row(HASHES[5]),
        row(flipped(HASHES[0], 20)),
        row(HASHES[6], sha256=b"\1" * 32),
        row(flipped(HASHES[0], 4)),
    ]
    (hit,) = hits(rows, known(stood(1, HASHES[0])))
    assert hit.rows == ("unit#2", "unit#3", "unit#1")
    assert (hit.nearness, hit.count, hit.trust) == (Nearness.EXACT, 3, Trust.VERIFIED)
    assert (hit.then, hit.now, hit.operator) == (None, Permission.NONE, KEY)


@pytest.mark.parametrize(
    ("bits", "nearness"), [(0, "close"), (15, "close"), (16, "near"), (31, "near"), (32, None)]
)
def test_how_near_the_nearest_row_is(bits, nearness):
    found = hits([row(flipped(HASHES[0], bits))], known(stood(1, HASHES[0])))
    assert [hit.nearness.value for hit in found] == ([nearness] if nearness else [])


def test_a_frame_of_a_film_is_met():
    found = hits([row(HASHES[5], frames=[(HASHES[0], 90)])], known(stood(1, HASHES[0])))
    assert found[0].rows == ("unit#0",)


def film_row(*frames, media_type="video/mp4", **more):
    return row(frames[0], frames=[(one, 90) for one in frames[1:]], **more) | {"media_type": media_type}


FILM_FRAMES = random_hashes(6, seed=12)


@pytest.mark.parametrize(
    ("shown", "met"),
    [
        (film_row(*FILM_FRAMES), True),
        (film_row(HASHES[1], *(flipped(one, 31) for one in FILM_FRAMES[2:5]), HASHES[2]), True),
        (film_row(HASHES[1], *FILM_FRAMES[2:4], HASHES[2]), False),
        (film_row(HASHES[1], *([FILM_FRAMES[0]] * 5)), False),
        (film_row(HASHES[1], HASHES[2], HASHES[3]), False),
        (row(flipped(FILM_FRAMES[3], 9)), True),
        (row(FILM_FRAMES[3], quality=10), False),
        (film_row(HASHES[1], FILM_FRAMES[3], media_type="image/gif"), True),
        (row(HASHES[1], sha256=b"\1" * 32), True),
    ],
)
def test_a_film_meets_films_with_frames_in_common_and_stills_of_it(shown, met):
    says = known(stood(1, film=True), frames=FILM_FRAMES)
    assert bool(hits([row(HASHES[5]), shown], says)) == met
    assert hits([shown], known(stood(1, film=True))) == [] or shown["sha256"]


def test_an_event_of_before_films_were_matched_gives_no_second_hit():
    says = known(stood(1, HASHES[0], film=True), frames=FILM_FRAMES)
    (event,) = events_of(says)
    record = MemoryRecord([row(HASHES[0]), film_row(*FILM_FRAMES)])
    (hit,) = match_events(record, [event._replace(mark="verified"), event], says)
    assert hit.count == 2


def turned_row(hashed, orientation, bits):
    """A row with a picture that is turned: its own hash, and what it is when it is turned back."""
    upright = turned_hashes(np.frombuffer(bytes(hashed), np.uint8).reshape(1, 32))[0, orientation]
    kept = bytearray(random_hashes(7, seed=5).tobytes())
    kept[32 * orientation : 32 * (orientation + 1)] = flipped(hashed, bits)
    return row(upright, turned=bytes(kept))


def test_a_turned_copy_is_met_by_what_the_row_has_kept():
    says = known(stood(1, HASHES[0]))
    assert hits([turned_row(HASHES[0], 2, 20)], says)[0].nearness is Nearness.NEAR
    assert hits([turned_row(HASHES[0], 2, 21)], says) == []
    upright_alone = turned_row(HASHES[0], 2, 3) | {"pdq_turned": None}
    assert hits([upright_alone], says) == []


def test_what_was_licensed_or_stopped_for_the_very_entry_is_no_hit():
    says = known(stood(1, HASHES[0]))
    assert hits([row(HASHES[0], findings=[GRANTED])], says) == []
    assert hits([row(HASHES[0], findings=[finding(1)], outcome="block")], says) == []
    passed = hits([row(HASHES[0], findings=[finding(1, permission="expired")])], says)
    assert (passed[0].then, passed[0].count) == (Permission.EXPIRED, 1)
    assert hits([row(HASHES[0], findings=[finding(2)], outcome="block")], says)[0].then is None


@pytest.mark.parametrize("state", [State.SUSPENDED, State.LAPSED])
def test_an_entry_that_is_not_compared_meets_nothing(state):
    assert hits([row(HASHES[0])], known(stood(1, HASHES[0], state=state))) == []


def test_an_event_that_does_not_hold_any_more_gives_nothing():
    record = MemoryRecord([row(HASHES[0])])
    declared = known(stood(1, HASHES[0], trust=Trust.DECLARED))
    confirmed = known(stood(1, HASHES[0]))
    assert match_events(record, events_of(declared), declared)[0].trust is Trust.DECLARED
    assert match_events(record, events_of(declared), confirmed) == []
    assert match_events(record, events_of(confirmed), known()) == []


def test_a_withdrawal_names_what_was_decided_by_the_entry():
    rows = [row(HASHES[4], findings=[finding(1)], outcome="block"), row(HASHES[0])]
    (hit,) = hits(rows, known(stood(1, HASHES[0], state=State.WITHDRAWN)))
    assert (hit.cause, hit.rows, hit.then) == (Cause.WITHDRAWN, ("unit#0",), Permission.NONE)


@pytest.mark.parametrize(
    ("ended", "cause"),
    [({"until": date(2026, 11, 1)}, Cause.EXPIRED), ({"revoked": date(2026, 11, 2)}, Cause.REVOKED)],
)
@pytest.mark.parametrize("of", [1, None])
def test_a_grant_that_ended_names_what_relied_on_it(ended, cause, of):
    rows = [
        row(HASHES[4], findings=[GRANTED]),
        row(HASHES[5], findings=[GRANTED], outcome="block"),
        row(HASHES[6], findings=[finding(1, permission="granted", grant="g-" + "2" * 32)]),
        row(HASHES[7], findings=[finding(2, permission="granted", grant=GRANT)]),
    ]
    says = known(stood(1), stood(2, holder=OTHER), grants=[a_grant(of, **ended)])
    found = [hit for hit in hits(rows, says) if hit.cause is cause]
    assert [(hit.entry, hit.rows, hit.grant) for hit in found] == [(entry(1), ("unit#0",), GRANT)]
    assert (found[0].then, found[0].now) == (Permission.GRANTED, Permission.EXPIRED)


def test_a_grant_for_another_operator_is_no_matter_of_this_record():
    says = known(stood(1), grants=[a_grant(1, revoked=date(2026, 11, 2))])
    assert hits([row(HASHES[4], findings=[GRANTED])], says, operator=OTHER) == []


def test_what_the_registry_permits_today_is_told():
    hit = hits([row(HASHES[0])], known(stood(1, HASHES[0]), grants=[a_grant(1)]))[0]
    assert (hit.then, hit.now) == (None, Permission.GRANTED)


@pytest.mark.parametrize(("state", "now"), [("active", Permission.GRANTED), ("disputed", Permission.NONE)])
def test_what_is_disputed_is_not_told_as_given_to_everybody(state, now):
    general = a_grant(1, grantee=EVERYBODY)
    (hit,) = hits([row(HASHES[0])], known(stood(1, HASHES[0], state=State(state)), grants=[general]))
    assert hit.now is now


PHOTO = (b"\x0a" * 32, bytes(HASHES[0]))


def test_a_protected_person_is_met_and_nothing_is_said_but_where():
    rows = [
        row(HASHES[5]),
        row(flipped(HASHES[0], 3)),
        row(HASHES[0], findings=[finding(None, kind="likeness")]),
    ]
    says = known(photos=[PHOTO])
    (hit,) = hits(rows, says)
    assert (hit.entry, hit.handle, hit.nearness) == (None, "0a" * 32, Nearness.PROTECTED)
    assert (hit.rows, hit.trust, hit.grant, hit.then) == (("unit#1", "unit#2"), None, None, None)
    draft = draft_of(hit, says, datetime(2026, 11, 22, 9, 41, tzinfo=UTC))
    assert (draft.desk, draft.registrant, draft.made.minute) == (Desk.REGISTRY, None, 0)
    assert b"title" not in encode_draft(draft)


def test_a_protected_person_is_not_looked_for_any_more_once_it_was_erased():
    record, says = MemoryRecord([row(HASHES[0])]), known(photos=[PHOTO])
    assert match_events(record, events_of(says), known()) == []


def test_a_draft_goes_to_the_registrant():
    says = known(stood(1, HASHES[0]))
    (hit,) = hits([row(HASHES[0])], says)
    draft = draft_of(hit, says, datetime(2026, 11, 22, 9, 41, tzinfo=UTC))
    assert (draft.desk, draft.registrant) == (Desk.REGISTRANT, HOLDER)


def test_of_many_rows_the_nearest_are_named_and_all_are_counted():
    rows = [row(flipped(HASHES[0], 5)) for _ in range(MAX_ROWS_NAMED + 20)] + [row(HASHES[0])]
    (hit,) = hits(rows, known(stood(1, HASHES[0])))
    assert hit.rows[0] == f"unit#{MAX_ROWS_NAMED + 20}"
    assert (len(hit.rows), hit.count) == (MAX_ROWS_NAMED, MAX_ROWS_NAMED + 21)


def test_the_end_of_a_grant_for_everybody_is_a_matter_of_whoever_relied_on_it():
    general = a_grant(1, revoked=date(2026, 11, 2), grantee=EVERYBODY)
    for operator in (KEY, OTHER):
        (hit,) = hits(
            [row(HASHES[4], findings=[GRANTED])], known(stood(1), grants=[general]), operator=operator
        )
        assert (hit.grant, hit.now) == (GRANT, Permission.EXPIRED)
