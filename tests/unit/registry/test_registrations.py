from dataclasses import replace
from datetime import date

import pytest

from sekisho.codec import DECLARATION, decode_registration
from sekisho.errors import UsageError
from sekisho.model import Kind, Name, Registrant
from sekisho.registry.entries import contents_of
from sekisho.registry.prints import Prints
from sekisho.registry.registrations import Terms, new_among
from tests.parties import DAY, Party, a_print

AOZORA = Party(name="aozora")
TERMS = Terms(holder=Registrant(key=AOZORA.key), kind=Kind.WORK, title="Mio", on=DAY)
PRINTS = Prints(holder=AOZORA.key, prints=(a_print(1, "a"), a_print(2, "b"), a_print(2, "c")))


def test_each_file_becomes_an_entry_and_equal_ones_one():
    entries = [decode_registration(p) for p in TERMS.payloads(PRINTS, as_one=False)]
    assert [e.prints for e in entries] == [(a_print(1),), (a_print(2),)]
    assert {(e.title, e.kind, e.registered, e.declaration) for e in entries} == {
        ("Mio", Kind.WORK, DAY, DECLARATION)
    }


@pytest.mark.parametrize(("found", "as_one"), [(PRINTS, True), (replace(PRINTS, as_one=True), False)])
def test_as_one_all_become_one_entry(found, as_one):
    (payload,) = TERMS.payloads(found, as_one=as_one)
    assert len(decode_registration(payload).prints) == 3


def test_the_terms_stand_in_the_registration():
    terms = replace(TERMS, protected_until=date(2030, 1, 1), source="S", licence="L")
    entry = decode_registration(terms.payload((a_print(1),)))
    assert (entry.protected_until, entry.source, entry.licence) == (date(2030, 1, 1), "S", "L")


def test_only_what_is_not_known_is_new_whatever_the_day():
    payloads = TERMS.payloads(PRINTS, as_one=False)
    known = {contents_of(e): e for e in [decode_registration(payloads[0])]}
    later = replace(TERMS, on=date(2027, 1, 1)).payloads(PRINTS, as_one=False)
    assert [e.prints for e, _ in new_among(later, known, ())] == [(a_print(2),)]
    changed = replace(TERMS, protected_until=date(2030, 1, 1)).payloads(PRINTS, as_one=False)
    assert len(new_among(changed, known, ())) == 2


def test_what_was_withdrawn_today_can_not_be_said_again_today():
    payloads = TERMS.payloads(PRINTS, as_one=True)
    with pytest.raises(UsageError, match="withdrawn today"):
        new_among(payloads, {}, {decode_registration(payloads[0]).id})


def test_names_stand_in_the_registration_and_make_another_entry():
    named = replace(TERMS, names=(Name(text="Mio", reading="みお"),))
    entry = decode_registration(named.payload((a_print(1),)))
    assert entry.names == (Name(text="Mio", reading="みお"),)
    known = {contents_of(entry): entry}
    assert new_among([named.payload((a_print(1),))], known, ()) == []
    assert len(new_among([TERMS.payload((a_print(1),))], known, ())) == 1
