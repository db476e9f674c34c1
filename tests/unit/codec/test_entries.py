from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.codec import (
    DECLARATION,
    canonical,
    decode_dispute,
    decode_print,
    decode_registration,
    decode_resolution,
    decode_withdrawal,
    digest_id,
    encode_dispute,
    encode_print,
    encode_registration,
    encode_resolution,
    encode_withdrawal,
    parse,
)
from sekisho.errors import InputError
from sekisho.model import (
    UNKNOWN_PROFILE,
    Dispute,
    Entry,
    Grounds,
    Kind,
    Name,
    Passages,
    Print,
    Registrant,
    Resolution,
    Settled,
    Trust,
    Withdrawal,
)
from tests.strategies import (
    days,
    digests,
    entry_ids,
    ids,
    keys,
    labels,
    names,
    passages,
    prints,
    text_prints,
)

KEY = "ed25519:" + "A" * 43
HOLDER = Registrant(key=KEY)
DAY = date(2026, 1, 1)


def _fields(p):
    return {key: getattr(p, key) for key in ("sha256", "pdq", "quality", "decode_profile", "at")}


@given(prints, labels)
def test_prints_come_back(made, name):
    again = decode_print(encode_print(Print(**_fields(made), name=name)))
    assert (_fields(again), again.name) == (_fields(made), name)


@given(digests)
def test_a_print_of_another_list_comes_back_without_sha256(pdq):
    made = Print(sha256=None, pdq=pdq, decode_profile=UNKNOWN_PROFILE)
    assert decode_print(encode_print(made)) == made


def test_a_print_of_ones_own_has_a_sha256():
    line = encode_print(Print(sha256=None, pdq=bytes(32), decode_profile=UNKNOWN_PROFILE))
    with pytest.raises(InputError, match="has a sha256"):
        decode_print(line.replace(b'"unknown"', b'"full-v1"'))


@pytest.mark.parametrize("wrong", ["0", "1/", "/1", "01", "1/0", "1/2/3/4/5", "a", "1 ", "12345678"])
def test_a_locator_is_numbers_from_1_with_slashes(wrong):
    line = {"sha256": "ab" * 32, "pdq": None, "quality": None, "profile": "full-v1", "name": "", "at": "3/12"}
    assert decode_print(canonical(line)).at == "3/12"
    with pytest.raises(InputError):
        decode_print(canonical(line | {"at": wrong}))


@given(
    st.builds(Registrant, key=keys, label=labels),
    st.sampled_from((Kind.WORK, Kind.CHARACTER)),
    days,
    st.lists(prints | text_prints, min_size=1, max_size=3),
    st.none() | days,
    st.tuples(labels, labels, labels),
    st.lists(names, max_size=3, unique=True),
)
def test_registrations_come_back_as_entries(holder, kind, on, made, until, texts, called):
    title, source, licence = texts
    said = {"kind": kind, "title": title, "prints": tuple(made), "protected_until": until}
    said["names"] = tuple(called)
    payload = encode_registration(holder=holder, on=on, source=source, licence=licence, **said)
    assert decode_registration(payload) == Entry(
        id=digest_id("e", payload),
        registrant=holder,
        trust=Trust.DECLARED,
        registered=on,
        declaration=DECLARATION,
        source=source,
        licence=licence,
        **said,
    )


def registered(**changes):
    return encode_registration(
        **{"holder": HOLDER, "kind": Kind.WORK, "title": "", "on": DAY, "prints": (Print(sha256=bytes(32)),)}
        | changes
    )


def test_what_is_empty_is_left_out_so_that_older_registrations_keep_their_ids():
    assert set(parse(registered(declaration=""))) == {"holder", "kind", "on", "prints", "title", "v"}
    assert decode_registration(registered(declaration="")).declaration == ""


NAME = {"text": "Tetsuko"}


def named(*names):
    value = parse(registered()) | {"names": list(names)}
    return canonical(value)


def test_a_name_is_written_without_what_it_lacks():
    payload = registered(names=(Name(text="Tetsuko"),))
    assert parse(payload)["names"] == [NAME]
    assert decode_registration(named(NAME)).names == (Name(text="Tetsuko"),)


@pytest.mark.parametrize(
    "wrong",
    [
        [{"text": ""}],
        [{"text": " "}],
        [{"text": "x" * 101}],
        [{**NAME, "reading": ""}],
        [{**NAME, "reading": "x" * 101}],
        [{**NAME, "qualifier": [""]}],
        [{**NAME, "qualifier": ["x"] * 21}],
        [{**NAME, "more": 1}],
        [NAME, NAME],
        [{"text": str(n)} for n in range(51)],
        ["Tetsuko"],
    ],
)
def test_names_are_bounded(wrong):
    with pytest.raises(InputError):
        decode_registration(named(*wrong))


@given(digests, passages(), labels)
def test_a_line_holds_the_passages_of_a_text(sha256, made, name):
    text = Print(sha256=sha256, passages=made, decode_profile="passages-1", name=name)
    assert decode_print(encode_print(text)) == text


PASSAGES = Passages(units=300, buckets=((1, 2), (3,)))


def test_a_registration_names_the_passages_and_a_line_holds_them():
    text = Print(sha256=bytes(32), passages=PASSAGES)
    with pytest.raises(InputError, match="names the statement"):
        registered(prints=(text,))
    with pytest.raises(InputError, match="holds its passages"):
        encode_print(Print(sha256=bytes(32), passages="p-" + "0" * 32))
    with pytest.raises(InputError):
        decode_registration(registered().replace(b'"pdq"', b'"passages":"e-%s","pdq"' % (b"0" * 32)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"pdq":null', b'"pdq":"%s"' % (b"ab" * 32)),
        (b'"quality":null', b'"quality":60'),
        (b'"sha256":"%s"' % (b"00" * 32), b'"sha256":null'),
    ],
)
def test_a_text_has_a_sha256_and_nothing_of_a_picture(old, new):
    line = encode_print(Print(sha256=bytes(32), passages=PASSAGES))
    assert decode_print(line).passages == PASSAGES
    with pytest.raises(InputError, match="a print of a text"):
        decode_print(line.replace(old, new))


def test_a_registration_needs_at_least_one_print():
    with pytest.raises(InputError):
        decode_registration(registered(prints=()))


@pytest.mark.parametrize("kind", [b"likeness", b"listed"])
def test_a_kind_that_nobody_publishes_is_not_in_this_form(kind):
    with pytest.raises(InputError):
        decode_registration(registered().replace(b'"work"', b'"%b"' % kind))


@pytest.mark.parametrize(
    ("old", "new"), [(b'"good-faith-1"', b'"good-faith-0"'), (b'"good-faith-1"', b'"bad-faith-1"')]
)
def test_a_declaration_names_a_version(old, new):
    with pytest.raises(InputError):
        decode_registration(registered().replace(old, new))


@pytest.mark.parametrize("wrong", ["ab" * 31, "AB" * 32, "ab" * 32 + "\n", "zz" * 32])
def test_a_digest_is_64_small_hex_digits(wrong):
    line = {"sha256": wrong, "pdq": None, "quality": None, "profile": "full-v1", "name": ""}
    with pytest.raises(InputError):
        decode_print(canonical(line))


@given(keys, entry_ids, days, labels)
def test_withdrawals_come_back(key, entry, on, reason):
    payload = encode_withdrawal(Withdrawal(id="", registrant=key, entry=entry, on=on, reason=reason))
    assert decode_withdrawal(payload) == Withdrawal(
        id=digest_id("w", payload), registrant=key, entry=entry, on=on, reason=reason
    )


@given(
    keys,
    entry_ids,
    st.sampled_from(Grounds),
    st.none() | entry_ids,
    labels.filter(str.strip),
    days,
)
def test_disputes_come_back(key, entry, grounds, own, evidence, on):
    said = {"disputant": key, "entry": entry, "grounds": grounds, "own": own, "evidence": evidence, "on": on}
    payload = encode_dispute(Dispute(id="", **said))
    assert decode_dispute(payload) == Dispute(id=digest_id("d", payload), **said)


@given(keys, ids("d"), st.sampled_from(Settled), days, labels)
def test_resolutions_come_back(key, dispute, settled, on, reason):
    said = {"by": key, "dispute": dispute, "settled": settled, "on": on, "reason": reason}
    payload = encode_resolution(Resolution(id="", **said))
    assert decode_resolution(payload) == Resolution(id=digest_id("s", payload), **said)


DISPUTE = {
    "disputant": KEY,
    "entry": "e-" + "0" * 32,
    "grounds": "my_work",
    "own": None,
    "evidence": "contract of 2019",
    "on": "2026-01-01",
    "v": 1,
}


def test_the_dispute_that_the_next_test_damages_is_good():
    assert decode_dispute(canonical(DISPUTE)).grounds is Grounds.MY_WORK


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1},
        {"v": 2},
        {"entry": "g-" + "0" * 32},
        {"own": "e-" + "0" * 31},
        {"grounds": "i_want_it"},
        {"evidence": ""},
        {"evidence": " \n"},
        {"evidence": "x" * 2001},
        {"on": "2026-02-30"},
        {"disputant": "somebody"},
    ],
)
def test_a_dispute_of_the_wrong_form_is_refused(change):
    with pytest.raises(InputError):
        decode_dispute(canonical({**DISPUTE, **change}))


@pytest.mark.parametrize("decode", [decode_registration, decode_resolution, decode_withdrawal])
def test_a_document_of_one_kind_is_not_one_of_another(decode):
    with pytest.raises(InputError):
        decode(canonical(DISPUTE))
