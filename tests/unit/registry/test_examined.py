import base64
import json
from datetime import date

import pytest

from sekisho.codec import canonical, digest_id, encode_passages, encode_traits
from sekisho.errors import InputError, RefusedError, SignatureError
from sekisho.model import UNKNOWN_PROFILE, Act, Entry, Print
from sekisho.registry.copies import sketch_of
from sekisho.registry.examined import FILM, FOREIGN_PRINTS, examine
from sekisho.signing import PASSAGES, REGISTRATION, TRAITS, open_statement, sign_statement
from tests.parties import (
    DAY,
    Party,
    a_print,
    common,
    dispute,
    film_of,
    grant,
    mandate,
    packed,
    passages_of,
    registration,
    resolution,
    revocation,
    root,
    text_statements,
    traits_of,
    traits_print,
    traits_statements,
    vouch,
    withdrawal,
)

REGISTRY, DESK = Party(name="registry"), Party(name="desk")
AOZORA, MALLORY, LUMEN = Party(name="aozora"), Party(name="mallory"), Party(name="lumen")
E, D, G, M, V = (f"{letter}-" + "0" * 32 for letter in "edgmv")


def changed(envelope: bytes, old: bytes, new: bytes) -> bytes:
    document = json.loads(envelope)
    payload = base64.b64decode(document["payload"])
    assert old in payload
    document["payload"] = base64.b64encode(payload.replace(old, new)).decode()
    return canonical(document)


def test_a_statement_is_named_by_the_digest_of_its_payload():
    envelope = registration(AOZORA, 1)
    found = examine(envelope)
    assert found.id == digest_id("e", open_statement(envelope).payload)
    assert isinstance(found.noun, Entry)
    assert found.prints == (a_print(1),)
    assert found.envelope == envelope


@pytest.mark.parametrize(
    ("envelope", "owner", "about", "act"),
    [
        (registration(AOZORA, 1), AOZORA, "", Act.REGISTER),
        (mandate(AOZORA, MALLORY), AOZORA, MALLORY.key, None),
        (vouch(DESK, AOZORA), DESK, AOZORA.key, None),
        (grant(AOZORA, LUMEN, E), AOZORA, E, Act.GRANT),
        (revocation(AOZORA, G), AOZORA, G, Act.GRANT),
        (revocation(AOZORA, M), AOZORA, M, None),
        (revocation(DESK, V), DESK, V, None),
        (withdrawal(AOZORA, E), AOZORA, E, Act.WITHDRAW),
        (dispute(MALLORY, E), MALLORY, E, Act.DISPUTE),
        (resolution(DESK, D), DESK, D, None),
    ],
)
def test_a_statement_says_for_whom_it_speaks_and_what_an_agent_needs(envelope, owner, about, act):
    found = examine(envelope)
    assert (found.owner, found.signer, found.about, found.act) == (owner.key, owner.key, about, act)


def test_an_agent_may_have_signed_where_a_mandate_is_possible():
    found = examine(registration(AOZORA, 1, signer=MALLORY))
    assert (found.owner, found.signer) == (AOZORA.key, MALLORY.key)


@pytest.mark.parametrize(
    "envelope",
    [
        mandate(AOZORA, MALLORY, signer=MALLORY),
        vouch(DESK, AOZORA, signer=MALLORY),
        revocation(AOZORA, M, signer=MALLORY),
        revocation(DESK, V, signer=MALLORY),
        resolution(DESK, D, signer=MALLORY),
    ],
)
def test_a_forgery_is_refused_where_nobody_can_stand_in(envelope):
    with pytest.raises(RefusedError, match="is signed by") as caught:
        examine(envelope)
    assert caught.value.hint


def test_a_forged_signature_is_refused():
    document = json.loads(registration(MALLORY, 1))
    document["signatures"][0]["keyid"] = AOZORA.key
    with pytest.raises(SignatureError, match="does not hold"):
        examine(canonical(document))


@pytest.mark.parametrize(
    ("envelope", "old", "new"),
    [
        (registration(AOZORA, 1, title="Mio"), b"Mio", b"Mia"),
        (grant(AOZORA, LUMEN), b"JP", b"US"),
        (vouch(DESK, AOZORA), AOZORA.key.encode(), MALLORY.key.encode()),
        (mandate(AOZORA, LUMEN), LUMEN.key.encode(), MALLORY.key.encode()),
        (mandate(AOZORA, LUMEN, Act.GRANT), b'"grant"', b'"dispute"'),
        (withdrawal(AOZORA, E), b"e-0", b"e-1"),
        (dispute(AOZORA, E), b"2019", b"2018"),
        (resolution(DESK, D), b"dismissed", b"upheld"),
        (revocation(AOZORA, G), b"2026", b"2036"),
    ],
)
def test_a_changed_payload_is_refused(envelope, old, new):
    examine(envelope)
    with pytest.raises(SignatureError, match="does not hold"):
        examine(changed(envelope, old, new))


def test_an_unsigned_statement_is_refused():
    document = json.loads(registration(AOZORA, 1))
    document["signatures"] = []
    with pytest.raises(InputError):
        examine(canonical(document))
    with pytest.raises(InputError):
        examine(base64.b64decode(json.loads(registration(AOZORA, 1))["payload"]))


@pytest.mark.parametrize("envelope", [grant(AOZORA, LUMEN), vouch(AOZORA, LUMEN), mandate(AOZORA, LUMEN)])
def test_a_weak_key_is_refused(envelope):
    statement = open_statement(envelope)
    weak = statement.payload.replace(LUMEN.key.encode(), b"ed25519:" + b"A" * 43)
    with pytest.raises(SignatureError, match="weak"):
        examine(sign_statement(statement.type, weak, AOZORA))


@pytest.mark.parametrize(
    ("envelope", "reason"),
    [
        (grant(AOZORA, AOZORA), "the registrant itself"),
        (vouch(AOZORA, AOZORA), "for itself"),
        (mandate(AOZORA, AOZORA), "the principal itself"),
        (root(REGISTRY, DESK), "does not keep"),
    ],
)
def test_what_makes_no_sense_by_itself_is_refused(envelope, reason):
    with pytest.raises(RefusedError, match=reason) as caught:
        examine(envelope)
    assert caught.value.hint


def test_a_type_that_does_not_fit_the_payload_is_refused():
    payload = open_statement(grant(AOZORA, LUMEN)).payload
    with pytest.raises(InputError):
        examine(sign_statement(REGISTRATION, payload, AOZORA))


def test_a_grant_for_a_grant_is_refused():
    with pytest.raises(InputError):
        examine(grant(AOZORA, LUMEN, G))


FOREIGN = Print(sha256=None, pdq=bytes(32), decode_profile=UNKNOWN_PROFILE)
NAMED = {"source": "StopList", "licence": "CC0"}


def test_a_list_of_others_is_taken_with_its_source_and_licence():
    found = examine(registration(AOZORA, prints=(FOREIGN,), on=date(2026, 11, 1), **NAMED))
    assert isinstance(found.noun, Entry)
    assert (found.noun.source, found.noun.licence) == ("StopList", "CC0")


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"prints": (FOREIGN,)}, "hashes that others made"),
        ({"prints": (FOREIGN, a_print(1)), **NAMED}, "do not stand in one entry"),
        ({"prints": (a_print(1),), **NAMED}, "do not stand in one entry"),
        ({"prints": (FOREIGN,), "source": "StopList"}, "names its licence"),
        ({"prints": (FOREIGN,) * (FOREIGN_PRINTS + 1), **NAMED}, "at most 10000"),
    ],
)
def test_others_hashes_never_pass_as_ones_own(terms, reason):
    with pytest.raises(RefusedError, match=reason):
        examine(registration(AOZORA, on=DAY, **terms))


def test_passages_speak_for_whoever_signs_them():
    entry, passages = map(examine, text_statements(AOZORA, passages_of(1)))
    assert (passages.type, passages.owner, passages.about, passages.act) == (PASSAGES, AOZORA.key, "", None)
    assert passages.id == digest_id("p", open_statement(passages.envelope).payload)
    assert passages.sketch == sketch_of(packed(passages_of(1)))
    assert (passages.texts, passages.prints) == ((), ())
    assert (entry.texts, entry.sketch) == ((passages.id,), None)


def test_the_same_passages_named_twice_count_once():
    (entry, first, _) = map(examine, text_statements(AOZORA, passages_of(1), passages_of(1)))
    assert entry.texts == (first.id,)


def test_passages_in_the_name_of_another_signer_are_refused():
    payload = encode_passages(passages_of(1), by=AOZORA.key)
    with pytest.raises(RefusedError, match="is signed by"):
        examine(sign_statement(PASSAGES, payload, MALLORY))


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"units":2560', b'"units":2559'), (b'"counts":"KA', b'"counts":"KB'), (b'"v":1', b'"v":2')],
)
def test_forged_and_malformed_passages_are_refused(old, new):
    _, envelope = text_statements(AOZORA, passages_of(1))
    payload = open_statement(envelope).payload
    with pytest.raises(SignatureError, match="does not hold"):
        examine(changed(envelope, old, new))
    if new != b'"units":2559':
        with pytest.raises(InputError):
            examine(sign_statement(PASSAGES, payload.replace(old, new), AOZORA))


def test_a_list_of_others_has_no_texts():
    text = Print(sha256=bytes(32), passages=E.replace("e-", "p-"), decode_profile=UNKNOWN_PROFILE)
    with pytest.raises(RefusedError, match="has no texts"):
        examine(registration(AOZORA, prints=(text,), source="S", licence="L"))


def test_traits_speak_for_whoever_signs_them_and_say_if_they_are_of_a_film():
    entry, drawn, film = map(examine, traits_statements(AOZORA, traits_of(1), film_of(1)))
    assert (drawn.type, drawn.owner, drawn.about, drawn.act) == (TRAITS, AOZORA.key, "", None)
    assert (film.about, drawn.sketch, drawn.places) == (FILM, None, 0)
    assert (entry.traits, entry.texts, entry.places) == ((drawn.id, film.id), (), 2)


def test_traits_in_the_name_of_another_signer_are_refused():
    payload = encode_traits(traits_of(1), by=AOZORA.key)
    with pytest.raises(RefusedError, match="is signed by"):
        examine(sign_statement(TRAITS, payload, MALLORY))


@pytest.mark.parametrize(("pictures", "places"), [(1, 1), (50, 1), (51, 2), (101, 3)])
def test_every_fifty_pictures_with_traits_take_a_place(pictures, places):
    prints = tuple(traits_print(n, f"t-{n:032x}") for n in range(pictures))
    assert examine(registration(AOZORA, prints=prints)).places == places


def test_common_content_is_signed_by_whoever_says_so():
    listed = examine(common(DESK, a_print(1)))
    assert (listed.owner, listed.about, listed.act, listed.prints) == (DESK.key, "", None, ())
    with pytest.raises(RefusedError, match="is signed by"):
        examine(common(DESK, a_print(1), signer=MALLORY))
