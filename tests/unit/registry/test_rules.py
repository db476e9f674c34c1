import base64
import json

import pytest

from sekisho.codec import canonical, digest_id
from sekisho.errors import InputError, RefusedError, SignatureError
from sekisho.model import KeyId, Root
from sekisho.registry.rules import examine, place
from sekisho.signing import REGISTRATION, open_statement, sign_statement
from tests.parties import Party, grant, registration, revocation, root, root_of, vouch

REGISTRY, DESK = Party(name="registry"), Party(name="desk")
AOZORA, MALLORY, LUMEN = Party(name="aozora"), Party(name="mallory"), Party(name="lumen")


class Shelf:
    """A registry in memory."""

    def __init__(self, *envelopes: bytes) -> None:
        self.kept: dict[str, tuple[KeyId, bytes]] = {}
        for envelope in envelopes:
            place(examine(envelope), self)

    def root(self) -> Root:
        return root_of(REGISTRY, DESK, AOZORA)

    def signer_of(self, statement: str) -> KeyId | None:
        return self.kept[statement][0] if statement in self.kept else None

    def add(self, *, id: str, type: str, signer: KeyId, envelope: bytes) -> None:  # noqa: A002, ARG002
        self.kept[id] = (signer, envelope)


def refused(envelope: bytes, shelf: Shelf, reason: str) -> None:
    before = dict(shelf.kept)
    with pytest.raises(RefusedError, match=reason) as caught:
        place(examine(envelope), shelf)
    assert caught.value.hint
    assert shelf.kept == before


def changed(envelope: bytes, old: bytes, new: bytes) -> bytes:
    document = json.loads(envelope)
    payload = base64.b64decode(document["payload"])
    assert old in payload
    document["payload"] = base64.b64encode(payload.replace(old, new)).decode()
    return canonical(document)


def test_a_registration_of_its_holder_is_kept_under_the_digest_of_its_payload():
    envelope = registration(AOZORA, 1)
    shelf = Shelf(envelope)
    expected = digest_id("e", open_statement(envelope).payload)
    assert shelf.kept == {expected: (AOZORA.key, envelope)}


def test_a_registration_in_anothers_name_is_refused():
    refused(registration(AOZORA, 1, signer=MALLORY), Shelf(), "is signed by")


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
        (revocation(AOZORA, "g-" + "0" * 32), b"2026", b"2036"),
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


def test_a_weak_grantee_key_is_refused():
    payload = open_statement(grant(AOZORA, LUMEN)).payload
    weak = b"ed25519:" + b"A" * 43
    envelope = sign_statement(
        "application/vnd.sekisho.grant.v1+json", payload.replace(LUMEN.key.encode(), weak), AOZORA
    )
    with pytest.raises(SignatureError, match="weak"):
        examine(envelope)


def test_a_document_that_a_registry_does_not_keep_is_refused():
    refused(root(REGISTRY, DESK), Shelf(), "does not keep")


def test_a_type_that_does_not_fit_the_payload_is_refused():
    payload = open_statement(grant(AOZORA, LUMEN)).payload
    with pytest.raises(InputError):
        examine(sign_statement(REGISTRATION, payload, AOZORA))


def entry_of(shelf: Shelf) -> str:
    return next(i for i in shelf.kept if i.startswith("e-"))


def test_a_grant_by_the_registrant_of_the_entry_is_kept():
    shelf = Shelf(registration(AOZORA, 1))
    assert place(examine(grant(AOZORA, LUMEN, entry_of(shelf))), shelf)


def test_a_grant_that_its_grantee_signed_is_refused():
    shelf = Shelf(registration(AOZORA, 1))
    refused(grant(AOZORA, LUMEN, entry_of(shelf), signer=LUMEN), shelf, "is signed by")


def test_a_self_made_grant_for_anothers_entry_is_refused():
    shelf = Shelf(registration(AOZORA, 1))
    refused(grant(MALLORY, LUMEN, entry_of(shelf)), shelf, "belongs to")


def test_a_grant_to_the_registrant_itself_is_refused():
    shelf = Shelf(registration(AOZORA, 1))
    refused(grant(AOZORA, AOZORA, entry_of(shelf)), shelf, "the registrant itself")


def test_a_grant_for_an_unknown_entry_is_refused():
    refused(grant(AOZORA, LUMEN, "e-" + "0" * 32), Shelf(registration(AOZORA, 1)), "not in this registry")


def test_a_grant_for_a_grant_is_refused():
    with pytest.raises(InputError):
        examine(grant(AOZORA, LUMEN, "g-" + "0" * 32))


def test_a_revocation_of_ones_own_grant_is_kept():
    shelf = Shelf(registration(AOZORA, 1), grant(AOZORA, LUMEN))
    given = next(i for i in shelf.kept if i.startswith("g-"))
    assert place(examine(revocation(AOZORA, given)), shelf)


def test_a_revocation_of_anothers_grant_is_refused():
    shelf = Shelf(registration(AOZORA, 1), grant(AOZORA, LUMEN))
    given = next(i for i in shelf.kept if i.startswith("g-"))
    refused(revocation(MALLORY, given), shelf, "belongs to")
    refused(revocation(AOZORA, given, signer=LUMEN), shelf, "is signed by")


def test_a_revocation_of_an_unknown_grant_is_refused():
    refused(revocation(AOZORA, "g-" + "0" * 32), Shelf(), "not in this registry")


def test_a_vouch_by_a_listed_voucher_is_kept():
    shelf = Shelf(registration(AOZORA, 1))
    assert place(examine(vouch(DESK, AOZORA)), shelf)
    assert place(examine(vouch(DESK, AOZORA, entry_of(shelf))), shelf)


def test_a_vouch_by_a_key_that_the_root_does_not_list_is_refused():
    refused(vouch(MALLORY, AOZORA), Shelf(registration(AOZORA, 1)), "no voucher")
    refused(vouch(DESK, AOZORA, signer=MALLORY), Shelf(registration(AOZORA, 1)), "is signed by")


def test_nobody_vouches_for_itself_even_if_the_root_lists_it():
    refused(vouch(AOZORA, AOZORA), Shelf(registration(AOZORA, 1)), "for itself")


def test_a_vouch_for_an_entry_of_another_registrant_is_refused():
    shelf = Shelf(registration(AOZORA, 1))
    refused(vouch(DESK, MALLORY, entry_of(shelf)), shelf, "belongs to")
    refused(vouch(DESK, AOZORA, "e-" + "0" * 32), shelf, "not in this registry")


@pytest.mark.parametrize("envelope", [registration(AOZORA, 1), grant(AOZORA, LUMEN), vouch(DESK, AOZORA)])
def test_the_same_statement_twice_changes_nothing(envelope):
    shelf = Shelf(envelope)
    before = dict(shelf.kept)
    assert not place(examine(envelope), shelf)
    assert shelf.kept == before
