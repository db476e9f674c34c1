import pytest

from sekisho.codec import canonical
from sekisho.errors import SnapshotTampered
from sekisho.signing import GRANT, sign_statement
from sekisho.snapshot.documents import KINDS, Documents
from tests.parties import Party, a_print, grant
from tests.world import World

HOLDER, OPERATOR, STRANGER = (Party(name=n) for n in ("holder", "operator", "stranger"))


def documents(**lists):
    return Documents(of=lambda name: lists.get(name, []))


def test_documents_are_found_by_who_really_signed_them():
    own, forged = grant(HOLDER, OPERATOR), grant(HOLDER, OPERATOR, signer=STRANGER)
    made = documents(grants=[own, forged, b"{}", b"", b'"keyid":"' + HOLDER.key.encode()])
    assert [s.signer for s in made.signed_by("grants", HOLDER.key)] == [HOLDER.key]
    assert [s.noun.grantee for s in made.signed_by("grants", STRANGER.key)] == [OPERATOR.key]
    assert made.signed_by("grants", OPERATOR.key) == ()
    assert made.signed_by("vouches", HOLDER.key) == ()


def test_a_changed_signature_makes_a_document_vanish():
    good = grant(HOLDER, OPERATOR)
    at = good.index(b'"sig":"') + 9
    bad = good[:at] + (b"A" if good[at : at + 1] != b"A" else b"B") + good[at + 1 :]
    assert documents(grants=[bad]).signed_by("grants", HOLDER.key) == ()


def test_documents_are_found_by_what_they_are_about():
    world = World()
    entry = world.register(world.holder, a_print(1))
    dispute = world.dispute(world.rival, entry)
    world.resolve(world.voucher, dispute)
    world.withdraw(world.holder, entry)
    made = documents(disputes=world.disputes, resolutions=world.resolutions, withdrawals=world.withdrawals)
    assert [s.noun.id for s in made.about("disputes", entry)] == [dispute]
    assert [s.signer for s in made.about("resolutions", dispute)] == [world.voucher.key]
    assert [s.noun.entry for s in made.about("withdrawals", entry)] == [entry]
    assert made.about("disputes", "e-" + "0" * 32) == ()


@pytest.mark.parametrize("name", [n for n, kind in KINDS.items() if not kind.subject])
def test_what_was_really_signed_in_an_unknown_form_is_an_error_and_not_skipped(name):
    odd = sign_statement(KINDS[name].type, canonical({"v": 2}), HOLDER)
    made = documents(**{name: [odd]})
    assert made.signed_by(name, STRANGER.key) == ()
    with pytest.raises(SnapshotTampered, match="wrong form"):
        made.signed_by(name, HOLDER.key)


@pytest.mark.parametrize("name", [n for n, kind in KINDS.items() if kind.subject])
@pytest.mark.parametrize("odd", [b"", b"{}", sign_statement(GRANT, b"{}", HOLDER)], ids=len)
def test_what_does_not_say_what_it_is_about_is_an_error(name, odd):
    with pytest.raises(SnapshotTampered, match=name):
        documents(**{name: [odd]}).about(name, "e-" + "0" * 32)


def test_a_document_of_another_type_does_not_exist():
    world = World()
    world.dispute(HOLDER, "e-" + "0" * 32)
    assert documents(grants=world.disputes).signed_by("grants", HOLDER.key) == ()
