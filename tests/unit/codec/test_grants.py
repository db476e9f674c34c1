from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.codec import (
    canonical,
    decode_false_match,
    decode_grant,
    decode_mandate,
    decode_revocation,
    decode_root,
    decode_vouch,
    digest_id,
    encode_false_match,
    encode_grant,
    encode_mandate,
    encode_revocation,
    encode_root,
    encode_vouch,
)
from sekisho.errors import InputError
from sekisho.model import (
    EVERYBODY,
    Act,
    Basis,
    FalseMatch,
    Grant,
    KeyId,
    Mandate,
    Purpose,
    Revocation,
    Root,
    Vouch,
)
from tests.strategies import days, digests, entry_ids, grant_ids, ids, keys, labels, territories


@given(
    st.builds(
        Grant,
        id=st.just(""),
        registrant=keys,
        basis=st.sampled_from(Basis),
        entry=st.none() | entry_ids,
        grantee=keys,
        purposes=st.frozensets(st.sampled_from(Purpose), min_size=1),
        territories=st.frozensets(territories, min_size=1),
        from_=st.just(date(2026, 1, 1)),
        until=st.dates(date(2026, 1, 1), date(9999, 12, 31)),
        contract_ref=labels,
        after_expiry=labels,
    )
)
def test_grants_come_back(grant):
    payload = encode_grant(grant)
    again = decode_grant(payload)
    assert again.id == digest_id("g", payload)
    assert encode_grant(again) == payload
    assert {f: getattr(again, f) for f in grant.__slots__ if f != "id"} == {
        f: getattr(grant, f) for f in grant.__slots__ if f != "id"
    }


@given(keys, grant_ids | ids("m") | ids("v"), days, labels)
def test_revocations_come_back(key, grant, on, reason):
    payload = encode_revocation(Revocation(id="", registrant=key, grant=grant, on=on, reason=reason))
    assert decode_revocation(payload) == Revocation(
        id=digest_id("x", payload), registrant=key, grant=grant, on=on, reason=reason
    )


@given(keys, keys, st.lists(entry_ids, max_size=3), days)
def test_vouches_come_back_with_their_entries_in_order(voucher, registrant, entries, on):
    made = Vouch(id="", voucher=voucher, registrant=registrant, entries=tuple(entries), on=on)
    payload = encode_vouch(made)
    assert decode_vouch(payload) == Vouch(
        id=digest_id("v", payload),
        voucher=voucher,
        registrant=registrant,
        entries=tuple(sorted(entries)),
        on=on,
    )


def test_a_root_without_authorities_has_the_form_that_it_had_before():
    key = KeyId("ed25519:" + "A" * 43)
    plain = Root(registry=key, name="", vouchers=frozenset())
    assert b"authorities" not in encode_root(plain)
    named = replace(plain, authorities=frozenset({KeyId("ed25519:" + "B" * 43), key}))
    assert decode_root(encode_root(named)) == named


@given(keys, labels, st.frozensets(keys, max_size=3))
def test_roots_come_back(registry, name, vouchers):
    root = Root(registry=registry, name=name, vouchers=vouchers)
    assert decode_root(encode_root(root)) == root


@given(keys, keys, st.frozensets(st.sampled_from(Act), min_size=1), days, days)
def test_mandates_come_back(principal, agent, acts, one, other):
    said = {"principal": principal, "agent": agent, "acts": acts, "from_": min(one, other)}
    payload = encode_mandate(Mandate(id="", **said, until=max(one, other)))
    assert decode_mandate(payload) == Mandate(id=digest_id("m", payload), **said, until=max(one, other))


@given(keys, entry_ids, st.lists(digests, min_size=1, max_size=3), labels.filter(str.strip), days, days)
def test_false_matches_come_back_with_their_items_in_order(key, entry, items, reason, one, other):
    said = {"by": key, "entry": entry, "reason": reason, "on": min(one, other), "until": max(one, other)}
    payload = encode_false_match(FalseMatch(id="", **said, items=tuple(items)))
    assert decode_false_match(payload) == FalseMatch(
        id=digest_id("f", payload), **said, items=tuple(sorted(items))
    )


KEY = "ed25519:" + "A" * 43
GRANT = {
    "registrant": KEY,
    "basis": "licence",
    "entry": None,
    "grantee": KEY,
    "purposes": ["train"],
    "territories": ["JP"],
    "first": "2026-01-01",
    "last": "2026-12-31",
    "contract_ref": "",
    "after_expiry": "",
    "v": 1,
}


def test_the_grant_that_the_next_test_damages_is_good():
    assert decode_grant(canonical(GRANT)).purposes == {Purpose.TRAIN}


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1},
        {"v": 2},
        {"v": True},
        {"v": "1"},
        {"registrant": KEY + "A"},
        {"registrant": KEY + "\n"},
        {"registrant": "rsa:" + "A" * 43},
        {"grantee": None},
        {"grantee": ""},
        {"grantee": "**"},
        {"grantee": "*\n"},
        {"grantee": "everyone"},
        {"registrant": "*"},
        {"entry": "e-" + "0" * 31},
        {"entry": "e-" + "0" * 32 + "\n"},
        {"entry": "g-" + "0" * 32},
        {"entry": "e-" + "A" * 32},
        {"purposes": []},
        {"purposes": ["everything"]},
        {"purposes": "train"},
        {"territories": []},
        {"territories": ["jp"]},
        {"territories": ["Japan"]},
        {"territories": ["JP\n"]},
        {"territories": ["JP-1234"]},
        {"first": "2026-1-1"},
        {"first": "2026-02-30"},
        {"first": "20260101"},
        {"first": "2026-01-01\n"},
        {"last": "2025-12-31"},
        {"basis": "gift"},
        {"contract_ref": "x" * 2001},
    ],
)
def test_a_grant_of_the_wrong_form_is_refused(change):
    with pytest.raises(InputError):
        decode_grant(canonical({**GRANT, **change}))


def test_a_grant_for_everybody_comes_back_and_has_one_form():
    payload = canonical({**GRANT, "grantee": "*"})
    read = decode_grant(payload)
    assert (read.grantee, read.is_general) == (EVERYBODY, True)
    assert encode_grant(read) == payload
    assert not decode_grant(canonical(GRANT)).is_general


@pytest.mark.parametrize("change", [{"basis": "consent"}, {"entry": "l-" + "0" * 32}])
def test_nobody_consents_for_a_person_to_everybody(change):
    with pytest.raises(InputError, match="operator"):
        decode_grant(canonical({**GRANT, "grantee": "*", **change}))


@pytest.mark.parametrize("field", GRANT)
def test_a_grant_that_lacks_a_field_is_refused(field):
    with pytest.raises(InputError, match=field):
        decode_grant(canonical({k: v for k, v in GRANT.items() if k != field}))


@pytest.mark.parametrize("wrong", ["e", "x", "w", "d", "s", "f"])
def test_only_grants_mandates_and_vouches_can_be_revoked(wrong):
    payload = {"registrant": KEY, "grant": "g-" + "0" * 32, "on": "2026-01-01", "reason": "", "v": 1}
    assert decode_revocation(canonical(payload)).grant == "g-" + "0" * 32
    with pytest.raises(InputError):
        decode_revocation(canonical(payload | {"grant": wrong + "-" + "0" * 32}))


MANDATE = {
    "principal": KEY,
    "agent": KEY,
    "acts": ["register"],
    "first": "2026-01-01",
    "last": "2026-01-01",
    "v": 1,
}


@pytest.mark.parametrize(
    "change", [{"acts": []}, {"acts": ["vouch"]}, {"last": "2025-12-31"}, {"agent": None}, {"v": 2}, {"x": 1}]
)
def test_a_mandate_of_the_wrong_form_is_refused(change):
    assert decode_mandate(canonical(MANDATE)).acts == {Act.REGISTER}
    with pytest.raises(InputError):
        decode_mandate(canonical(MANDATE | change))


FALSE_MATCH = {
    "by": KEY,
    "entry": "e-" + "0" * 32,
    "items": ["ab" * 32],
    "reason": "another house",
    "on": "2026-01-01",
    "until": "2026-01-01",
    "v": 1,
}


@pytest.mark.parametrize(
    "change",
    [{"items": []}, {"items": ["ab"]}, {"reason": " "}, {"until": "2025-12-31"}, {"entry": None}, {"v": 2}],
)
def test_a_false_match_of_the_wrong_form_is_refused(change):
    assert decode_false_match(canonical(FALSE_MATCH)).reason == "another house"
    with pytest.raises(InputError):
        decode_false_match(canonical(FALSE_MATCH | change))


@pytest.mark.parametrize(
    "decode", [decode_false_match, decode_mandate, decode_revocation, decode_root, decode_vouch]
)
def test_a_document_of_one_kind_is_not_one_of_another(decode):
    with pytest.raises(InputError):
        decode(canonical(GRANT))
