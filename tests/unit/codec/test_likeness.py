import hashlib
import json
from datetime import date

import pytest

from sekisho.codec import canonical
from sekisho.codec.likeness import (
    consent_of_document,
    decode_likeness,
    decode_verification,
    encode_likeness,
    encode_verification,
)
from sekisho.errors import InputError
from sekisho.model import EntryId, Relation
from sekisho.model.likeness import Verification
from tests.likenesses import likeness_noun
from tests.parties import DAY, Party

PARENT = Party(name="parent")
PAYLOAD = encode_likeness(likeness_noun(PARENT, 1, 2, adult_from=date(2030, 4, 1)))


def changed(**fields):
    return canonical(json.loads(PAYLOAD) | fields)


def test_a_registration_comes_back_as_it_went():
    read = decode_likeness(PAYLOAD)
    assert encode_likeness(read) == PAYLOAD
    assert read.id == f"l-{hashlib.sha256(PAYLOAD).hexdigest()[:32]}"
    assert read.adult_from == date(2030, 4, 1)
    assert len(read.prints) == 2
    unknown = encode_likeness(likeness_noun(PARENT))
    assert decode_likeness(unknown).adult_from is None


def test_the_nonce_makes_an_id_that_says_nothing_about_the_photos():
    other = encode_likeness(likeness_noun(PARENT, 1, 2, adult_from=date(2030, 4, 1), nonce=bytes(16)))
    assert decode_likeness(other).id != decode_likeness(PAYLOAD).id


@pytest.mark.parametrize(
    "field", ["title", "name", "label", "place", "taken", "age", "local", "vector", "source"]
)
def test_a_field_that_says_who_it_is_has_no_place(field):
    with pytest.raises(InputError, match="unknown field"):
        decode_likeness(changed(**{field: "Hanako, Yokohama"}))


@pytest.mark.parametrize("field", ["name", "at", "profile", "traits"])
def test_nor_in_a_photo(field):
    photo = json.loads(PAYLOAD)["prints"][0] | {field: "hanako.jpg"}
    with pytest.raises(InputError, match="unknown field"):
        decode_likeness(changed(prints=[photo]))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"relation": "friend"}, "relation"),
        ({"prints": []}, "prints"),
        ({"consent": "Hanako agreed on the phone"}, "consent"),
        ({"consent": "sha256:00"}, "consent"),
        ({"declaration": "good-faith-1"}, "declaration"),
        ({"nonce": "00"}, "nonce"),
        ({"nonce": 7}, "nonce"),
        ({"until": "2026-02-30"}, "no such date"),
        ({"until": "2020-01-01"}, "can not end"),
        ({"adult_from": "soon"}, "adult_from"),
        ({"holder": "hanako"}, "holder"),
        ({"v": 2}, "v"),
    ],
)
def test_what_has_another_form_is_refused(fields, problem):
    with pytest.raises(InputError, match=problem):
        decode_likeness(changed(**fields))


@pytest.mark.parametrize("quality", [49, 0, 101])
def test_a_photo_of_low_detail_is_refused(quality):
    photo = json.loads(PAYLOAD)["prints"][0] | {"quality": quality}
    with pytest.raises(InputError, match="quality"):
        decode_likeness(changed(prints=[photo]))


def test_a_document_of_consent_is_named_by_its_digest():
    assert consent_of_document(b"yes") == f"sha256:{hashlib.sha256(b'yes').hexdigest()}"


def test_a_verification_comes_back_as_it_went_and_names_a_registration_of_a_person():
    made = Verification(id="", by=PARENT.key, entry=EntryId("l-" + "0" * 32), relation=Relation.BODY, on=DAY)
    payload = encode_verification(made)
    assert encode_verification(decode_verification(payload)) == payload
    with pytest.raises(InputError, match="entry"):
        decode_verification(payload.replace(b'"l-', b'"e-'))
