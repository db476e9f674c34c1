import base64
import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho import codec
from sekisho.codec import (
    canonical,
    decode_grant,
    decode_print,
    decode_registration,
    decode_revocation,
    decode_root,
    decode_vouch,
    digest_id,
    encode_grant,
    encode_print,
    encode_registration,
    encode_revocation,
    encode_root,
    encode_vouch,
    parse,
    parse_as,
)
from sekisho.errors import InputError
from sekisho.model import (
    Basis,
    Entry,
    Grant,
    Kind,
    Print,
    Purpose,
    Registrant,
    Revocation,
    Root,
    Trust,
    Vouch,
)

keys = st.binary(min_size=32, max_size=32).map(lambda raw: codec.KeyId("ed25519:" + _b64(raw)))
labels = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
days = st.dates(date(1000, 1, 1), date(9999, 12, 31))
digests = st.binary(min_size=32, max_size=32)
entry_ids = st.binary(min_size=16, max_size=16).map(lambda raw: codec.EntryId("e-" + raw.hex()))
grant_ids = st.binary(min_size=16, max_size=16).map(lambda raw: codec.GrantId("g-" + raw.hex()))
prints = st.builds(
    Print,
    sha256=digests,
    pdq=st.none() | digests,
    quality=st.none() | st.integers(0, 100),
    decode_profile=st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True),
)
territories = st.sampled_from(["*", "JP", "JP-13", "US", "GB-ENG"])


def _b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | labels,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="ascii"), max_size=6), inner, max_size=4)
    ),
)


@given(values)
def test_canonical_form_is_parsed_back(value):
    raw = canonical(value)
    assert parse(raw) == value
    assert canonical(parse(raw)) == raw
    assert parse(memoryview(raw)) == value


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        ({"b": 1, "a": [True, None]}, b'{"a":[true,null],"b":1}'),
        ("é\u20ac\U0001f600", '"é\u20ac\U0001f600"'.encode()),
        ('\b\f\n\r\t"\\', rb'"\b\f\n\r\t\"\\"'),
        ("\x00\x1f\x7f/", b'"\\u0000\\u001f\x7f/"'),
        (2**53 - 1, b"9007199254740991"),
    ],
)
def test_the_form_is_that_of_rfc_8785(value, raw):
    assert canonical(value) == raw


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), 2**53, -(2**53), {"é": 1}, {1: 2}, "\ud800", {"a": ["\udfff"]}]
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(InputError):
        canonical(value)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b' {"a":1}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u001F"}',
        b'{"\xc3\xa9":1}',
        b'{"a":"\\ud800"}',
        b'"\xed\xa0\x80"',
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        '{"a":1}'.encode("utf-16"),
        b"",
        b"{",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"1 1",
    ],
)
def test_another_form_of_the_same_is_refused(raw):
    with pytest.raises(InputError):
        parse(raw)


def test_a_document_above_the_limit_is_refused_before_it_is_parsed():
    assert parse(b"[1,2]", limit=5) == [1, 2]
    with pytest.raises(InputError, match="above the limit"):
        parse(b"[1,2]", limit=4)


def test_a_name_is_the_first_half_of_the_digest():
    assert digest_id("e", b"x") == "e-" + hashlib.sha256(b"x").hexdigest()[:32]


@given(prints, labels)
def test_prints_come_back(made, name):
    again = decode_print(encode_print(codec.Print(**_fields(made), name=name)))
    assert (_fields(again), again.name) == (_fields(made), name)


def _fields(p):
    return {key: getattr(p, key) for key in ("sha256", "pdq", "quality", "decode_profile")}


@given(keys, labels, st.sampled_from(Kind), labels, days, st.lists(prints, min_size=1, max_size=3))
def test_registrations_come_back_as_entries(key, label, kind, title, on, made):
    holder = Registrant(key=key, label=label)
    payload = encode_registration(holder=holder, kind=kind, title=title, on=on, prints=tuple(made))
    assert decode_registration(payload) == Entry(
        id=digest_id("e", payload),
        registrant=holder,
        kind=kind,
        trust=Trust.DECLARED,
        title=title,
        registered=on,
        prints=tuple(made),
    )


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


@given(keys, grant_ids, days, labels)
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


@given(keys, labels, st.frozensets(keys, max_size=3))
def test_roots_come_back(registry, name, vouchers):
    root = Root(registry=registry, name=name, vouchers=vouchers)
    assert decode_root(encode_root(root)) == root


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


@pytest.mark.parametrize("field", GRANT)
def test_a_grant_that_lacks_a_field_is_refused(field):
    with pytest.raises(InputError, match=field):
        decode_grant(canonical({k: v for k, v in GRANT.items() if k != field}))


@pytest.mark.parametrize("decode", [decode_registration, decode_revocation, decode_root, decode_vouch])
def test_a_document_of_one_kind_is_not_one_of_another(decode):
    with pytest.raises(InputError):
        decode(canonical(GRANT))


def test_a_registration_needs_at_least_one_print():
    holder = Registrant(key=KEY)
    with pytest.raises(InputError):
        decode_registration(
            encode_registration(holder=holder, kind=Kind.WORK, title="", on=date(2026, 1, 1), prints=())
        )


@pytest.mark.parametrize("wrong", ["ab" * 31, "AB" * 32, "ab" * 32 + "\n", "zz" * 32])
def test_a_digest_is_64_small_hex_digits(wrong):
    line = {"sha256": wrong, "pdq": None, "quality": None, "profile": "full-v1", "name": ""}
    with pytest.raises(InputError):
        decode_print(canonical(line))


def test_a_kind_that_needs_consent_is_not_in_this_form():
    payload = encode_registration(
        holder=Registrant(key=KEY),
        kind=Kind.WORK,
        title="",
        on=date(2026, 1, 1),
        prints=(Print(sha256=bytes(32)),),
    )
    with pytest.raises(InputError):
        decode_registration(payload.replace(b'"work"', b'"likeness"'))


def test_conversion_is_strict():
    with pytest.raises(InputError):
        parse_as(b'"1"', int)
