from datetime import date

from sekisho.model import State, Trust
from sekisho.model.hit import Cause
from sekisho.trace.events import LIKENESS, Event, events_of
from tests.recorded import entry, random_hashes
from tests.watched import DAY, GRANT, a_grant, known, stood

HASHES = random_hashes(3)


def test_what_is_compared_and_what_was_withdrawn_are_events():
    found = events_of(
        known(
            stood(1, HASHES[0]),
            stood(2, HASHES[0], trust=Trust.DECLARED, state=State.DISPUTED),
            stood(3, HASHES[0], state=State.SUSPENDED),
            stood(4, HASHES[0], state=State.LAPSED),
            stood(5, HASHES[0], state=State.WITHDRAWN),
        )
    )
    assert set(found) == {
        Event(Cause.REGISTERED, entry(1), "verified"),
        Event(Cause.REGISTERED, entry(2), "declared"),
        Event(Cause.WITHDRAWN, entry(5)),
    }


def test_an_entry_with_a_film_is_another_event_than_one_without():
    (plain,), (film,) = (events_of(known(stood(1, HASHES[0], film=film))) for film in (False, True))
    assert (plain.mark, film.mark) == ("verified", "verified+film")


def test_to_be_confirmed_is_another_event():
    before, after = (events_of(known(stood(1, HASHES[0], trust=t))) for t in (Trust.DECLARED, Trust.VERIFIED))
    assert before != after


def test_a_grant_ends_on_its_day_and_not_before():
    assert events_of(known(grants=[a_grant(until=DAY)])) == []
    assert events_of(known(grants=[a_grant(until=date(2026, 11, 21))])) == [Event(Cause.EXPIRED, GRANT)]
    assert events_of(known(grants=[a_grant(revoked=date(2026, 11, 23))])) == []
    assert events_of(known(grants=[a_grant(revoked=DAY)])) == [Event(Cause.REVOKED, GRANT)]


def test_a_protected_person_is_a_handle_and_nothing_else():
    photos = [(b"\1" * 32, bytes(HASHES[0])), (b"\1" * 32, bytes(HASHES[1])), (b"\2" * 32, bytes(HASHES[2]))]
    says = known(photos=photos)
    assert events_of(says) == [Event(Cause.REGISTERED, handle * 32, LIKENESS) for handle in ("01", "02")]
    assert [len(prints) for prints in says.likeness.values()] == [2, 1]


def test_the_order_of_events_does_not_depend_on_the_registrys():
    entries = [stood(n, HASHES[0]) for n in (3, 1, 2)]
    assert events_of(known(*entries)) == events_of(known(*reversed(entries)))
