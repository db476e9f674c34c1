import json

import pytest

from sekisho.codec import canonical
from sekisho.errors import ConfigError, EvidenceError, SignatureError
from sekisho.rules.published import open_published, sign_pack
from sekisho.rules.read import read_pack
from sekisho.rules.shipped import shipped_packs
from sekisho.signing import FILE, RULE_PACK, open_statement, sign_statement
from tests.law import shipped_bytes
from tests.parties import Party

LAWYERS = Party(name="lawyers")
TEXT = shipped_bytes("kr")
KR = read_pack(TEXT, "kr.toml")


def signed(*, draft=False, **changes):
    said = json.loads(open_statement(sign_pack(TEXT, KR, LAWYERS, draft=draft)).payload)
    return open_statement(sign_statement(RULE_PACK, canonical(said | changes), LAWYERS))


def test_whoever_opens_it_has_the_same_pack_and_its_signer():
    found = open_published(signed(), "kr.logged.json")
    assert found.pack == next(pack for pack in shipped_packs() if pack.id == "kr")
    assert (found.signer, found.draft) == (LAWYERS.key, False)
    assert open_published(signed(draft=True), "kr.logged.json").draft


@pytest.mark.parametrize(
    "changes",
    [
        {"digest": "0" * 64},
        {"id": "jp"},
        {"jurisdiction": "JP"},
        {"law_as_of": "2026-11-01"},
        {"reviewed_by": ["A. Lawyer"]},
        {"text": TEXT.decode() + "\n"},
    ],
)
def test_nobody_is_shown_one_thing_and_given_another(changes):
    with pytest.raises(EvidenceError, match="the signer says"):
        open_published(signed(**changes), "kr.logged.json")


@pytest.mark.parametrize("changes", [{"text": "[[rule]"}, {"v": 2}, {"more": 1}, {"text": 3}])
def test_what_is_no_pack_is_named(changes):
    with pytest.raises(ConfigError, match=r"kr\.logged\.json"):
        open_published(signed(**changes), "kr.logged.json")


def test_another_statement_is_no_pack():
    with pytest.raises(SignatureError, match="not a pack of rules"):
        open_published(open_statement(sign_statement(FILE, b"{}", LAWYERS)), "kr.logged.json")


def test_only_the_bytes_that_were_read_are_signed():
    with pytest.raises(ValueError, match="bytes"):
        sign_pack(TEXT + b"\n", KR, LAWYERS, draft=False)
