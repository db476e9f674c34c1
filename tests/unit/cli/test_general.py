from datetime import date

import pytest

from sekisho.cli.general import confirm_everybody, grantee_of
from sekisho.errors import UsageError
from sekisho.model import EVERYBODY, EntryId, Grant, GrantId, KeyId, Purpose
from tests.parties import Party


def given(*entries):
    return [
        Grant(
            id=GrantId(""),
            registrant=KeyId("ed25519:holder"),
            entry=entry and EntryId(entry),
            grantee=EVERYBODY,
            purposes=frozenset({Purpose.TRAIN}),
            territories=frozenset({"*"}),
            from_=date(2026, 1, 1),
            until=date(2099, 12, 31),
        )
        for entry in entries
    ]


def test_what_is_given_is_named_and_of_many_entries_how_many(capsys):
    confirm_everybody(given(None), confirmed=True)
    assert "All entries of ed25519:holder, also those to come" in capsys.readouterr().err
    confirm_everybody(given(*(f"e-{n}" for n in range(9))), confirmed=True)
    said = capsys.readouterr().err
    assert "e-0, e-1, e-2, e-3, e-4 +4" in said
    assert "2099" in said
    assert "Territories: everywhere." in said


def test_without_a_confirmation_nothing_goes_on():
    with pytest.raises(UsageError, match="nothing was given") as refused:
        confirm_everybody(given(None), confirmed=False)
    assert "--yes" in refused.value.hint


def test_it_is_for_somebody_or_for_everybody():
    operator = Party(name="lumen").key
    assert grantee_of(operator, everyone=False, entry=(), on_behalf_of="") == operator
    assert grantee_of("", everyone=True, entry=("all",), on_behalf_of="") == EVERYBODY
    for to, everyone in ((operator, True), ("", False)):
        with pytest.raises(UsageError, match="say to whom"):
            grantee_of(to, everyone=everyone, entry=("all",), on_behalf_of="")
