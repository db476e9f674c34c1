import hashlib
import io
from dataclasses import replace

import pytest

from sekisho.codec import decode_registration
from sekisho.model import Kind, Print, Registrant
from sekisho.registry.examined import examine
from sekisho.registry.parcels import named_prints, parcels
from sekisho.registry.prints import encode_prints, open_prints
from sekisho.registry.registrations import Terms
from sekisho.signing import PASSAGES, REGISTRATION, TRAITS
from tests.parties import DAY, Party, a_print, film_of, passages_of, traits_of, traits_print

AOZORA = Party(name="aozora")
TERMS = Terms(holder=Registrant(key=AOZORA.key), kind=Kind.WORK, title="Mio", on=DAY)


def text(seed, name=""):
    sha256 = hashlib.sha256(b"text %d" % seed).digest()
    return Print(
        sha256=sha256, passages=passages_of(seed), decode_profile="passages-1", name=name or str(seed)
    )


def opened(*prints, as_one=False):
    return open_prints(io.BytesIO(encode_prints(prints, AOZORA, as_one=as_one)))


def made(found, only=None, **more):
    payloads = TERMS.payloads(named_prints(found, AOZORA.key), as_one=False)
    new = [(decode_registration(p), p) for p in payloads]
    return list(parcels([new[n] for n in only] if only is not None else new, found, AOZORA, **more))


def test_a_text_is_named_by_the_statement_that_will_be_signed():
    found = opened(a_print(1, "a"), text(1))
    picture, novel = named_prints(found, AOZORA.key).prints
    assert picture == a_print(1, "a")
    (parcel,) = made(found)
    assert [examine(e).type for e in parcel.envelopes] == [REGISTRATION, REGISTRATION, PASSAGES]
    assert examine(parcel.envelopes[2]).id == novel.passages
    assert examine(parcel.envelopes[2]).noun.by == AOZORA.key


def test_each_parcel_is_complete_in_itself():
    found = opened(text(1), a_print(1, "a"), text(2), text(3))
    whole = made(found)
    parts = made(found, size=1)
    assert len(whole) == 1
    assert len(parts) == 3
    assert [e for part in parts for e in part.envelopes] == list(whole[0].envelopes)
    for part in parts:
        statements = [examine(e) for e in part.envelopes]
        assert {t for s in statements for t in s.texts} == {s.id for s in statements if s.type == PASSAGES}


def test_only_the_passages_of_new_entries_are_signed():
    (parcel,) = made(opened(text(1), text(2), text(3)), only=[1])
    entry, passages = map(examine, parcel.envelopes)
    assert entry.texts == (passages.id,)
    assert parcel.entries == (entry.noun,)


def test_a_text_of_two_entries_is_signed_once():
    same = replace(text(1), sha256=b"other bytes, the same letters  .")
    found = opened(text(1), same, text(2))
    (parcel,) = made(found)
    types = [examine(e).type for e in parcel.envelopes]
    assert (types.count(REGISTRATION), types.count(PASSAGES)) == (3, 2)
    (later,) = made(found, only=[1])
    assert [examine(e).type for e in later.envelopes] == [REGISTRATION, PASSAGES]


def test_the_texts_of_one_entry_stay_together():
    found = opened(text(1), text(2), text(3), as_one=True)
    (parcel,) = made(found, size=1)
    assert [examine(e).type for e in parcel.envelopes] == [REGISTRATION] + [PASSAGES] * 3


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_nothing_new_makes_no_parcel(size):
    assert made(opened(text(1)), only=[], size=size) == []


def test_traits_are_named_and_signed_like_passages():
    found = opened(traits_print(1, traits_of(1)), text(1), traits_print(2, film_of(1), film=True))
    named = named_prints(found, AOZORA.key).prints
    assert [bool(p.traits) for p in named] == [True, False, True]
    envelopes = [e for part in made(found) for e in part.envelopes]
    signed = {examine(e).id for e in envelopes}
    assert {p.traits or p.passages for p in named} <= signed
    assert sum(examine(e).type == TRAITS for e in envelopes) == 2


def test_a_picture_that_stands_in_one_entry_twice_has_its_traits_once():
    found = opened(traits_print(1, traits_of(1)), replace(traits_print(2, traits_of(1)), name="b"))
    (payload,) = TERMS.payloads(named_prints(found, AOZORA.key), as_one=True)
    first, second = decode_registration(payload).prints
    assert (first.traits is not None, second.traits) == (True, None)
    apart = TERMS.payloads(named_prints(found, AOZORA.key), as_one=False)
    assert all(decode_registration(p).prints[0].traits for p in apart)
