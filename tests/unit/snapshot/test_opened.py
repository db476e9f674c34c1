import base64
import json
from datetime import timedelta

import pytest

from sekisho.codec import canonical, digest_id, encode_root
from sekisho.errors import (
    SnapshotStale,
    SnapshotTampered,
    SnapshotUntrusted,
    SnapshotVersion,
)
from sekisho.model import Trust
from sekisho.signing import GRANT, REGISTRATION, REVOCATION, ROOT, VOUCH, sign_statement
from sekisho.snapshot.layout import prefix, read_prefix
from tests.hostile import parts, resigned, with_sections
from tests.parties import a_print, root_of
from tests.world import NOW, World


@pytest.fixture
def world():
    made = World(edition=5)
    made.first = made.register(made.holder, a_print(1), a_print(2), title="A")
    made.second = made.register(made.rival, a_print(2), a_print(3), title="B")
    made.vouch(made.voucher, made.holder)
    return made


def test_what_was_built_is_opened(world):
    snapshot = world.open()
    assert (snapshot.signer, snapshot.head.edition, snapshot.stale) == (world.registry.key, 5, False)
    assert snapshot.root.vouchers == {world.voucher.key}
    found = {e.id: e for e in map(snapshot.entry, range(snapshot.entries))}
    assert found.keys() == {world.first, world.second}
    assert [found[e].title for e in (world.first, world.second)] == ["A", "B"]
    assert [found[e].registrant.label for e in (world.first, world.second)] == ["holder", "rival"]
    assert [found[e].trust for e in (world.first, world.second)] == [Trust.VERIFIED, Trust.DECLARED]


def test_entries_are_found_by_their_id(world):
    snapshot = world.open()
    for entry in (world.first, world.second):
        assert snapshot.entry(snapshot.entry_number(entry)).id == entry
    for other in ("e-" + "0" * 32, "e-" + "f" * 32):
        assert snapshot.entry_number(other) is None


def test_the_arrays_of_a_snapshot_can_not_be_written(world):
    snapshot = world.open()
    assert not any(array.flags.writeable for array in (*snapshot.pdq_index(), snapshot.sha256_rows()))


def test_an_unknown_signer_is_refused_and_named(world):
    with pytest.raises(SnapshotUntrusted, match=world.registry.key) as refused:
        world.open(trusted=frozenset({world.stranger.key}))
    assert "trusted_keys" in refused.value.hint
    with pytest.raises(SnapshotUntrusted):
        world.open(trusted=frozenset())


def test_a_head_signed_by_another_trusted_key_than_the_roots_is_refused(world):
    data = resigned(world.publish(), world.stranger)
    with pytest.raises(SnapshotTampered):
        world.open(data, trusted=frozenset({world.registry.key, world.stranger.key}))
    data = resigned(world.publish(), world.stranger, registry=world.stranger.key)
    with pytest.raises(SnapshotTampered, match="another registry"):
        world.open(data, trusted=frozenset({world.registry.key, world.stranger.key}))


def test_a_trusted_key_that_borrows_the_name_of_another_registry_is_refused(world):
    own_root = sign_statement(ROOT, encode_root(root_of(world.stranger)), world.stranger)
    trusted = frozenset({world.registry.key, world.stranger.key})
    for registry, wanted in ((world.stranger.key, True), (world.registry.key, False)):
        data = with_sections(world.publish(), world.stranger, {"root": own_root})
        data = resigned(data, world.stranger, registry=registry)
        if wanted:
            assert world.open(data, trusted=trusted).signer == world.stranger.key
        else:
            with pytest.raises(SnapshotTampered, match="do not fit"):
                world.open(data, trusted=trusted)


@pytest.mark.parametrize(
    ("conditions", "why"),
    [
        ({"now": NOW + timedelta(days=31)}, "older than 30 days"),
        ({"now": NOW + timedelta(days=60), "max_age": timedelta(days=999)}, "expired"),
        ({"max_age": timedelta(days=-1)}, "older than"),
    ],
)
def test_a_stale_edition_is_refused_unless_it_is_allowed_and_then_marked(world, conditions, why):
    with pytest.raises(SnapshotStale, match=why):
        world.open(world.publish(), **conditions)
    assert world.open(world.publish(), allow_stale=True, **conditions).stale


def test_on_the_last_day_it_is_not_stale(world):
    data = world.publish()
    assert not world.open(data, now=NOW + timedelta(days=30)).stale
    almost = NOW + timedelta(days=60) - timedelta(seconds=1)
    assert not world.open(data, now=almost, max_age=timedelta(days=999)).stale


def test_an_edition_lower_than_one_seen_is_refused(world):
    key = world.registry.key
    assert not world.open(seen={key: 5}).stale
    assert not world.open(seen={world.stranger.key: 9}).stale
    with pytest.raises(SnapshotStale, match="edition 5 is older than edition 6"):
        world.open(seen={key: 6})
    assert world.open(seen={key: 6}, allow_stale=True).stale


def test_an_edition_from_the_future_is_refused_even_if_stale_ones_are_allowed(world):
    data = world.publish()
    assert world.open(data, now=NOW - timedelta(hours=23))
    with pytest.raises(SnapshotTampered, match="future"):
        world.open(data, now=NOW - timedelta(hours=25), allow_stale=True)


def test_a_future_layout_is_refused(world):
    data = bytearray(world.publish())
    data[8] = 2
    with pytest.raises(SnapshotVersion, match="layout 2"):
        world.open(bytes(data))


def test_a_statement_that_is_no_snapshot_head_is_refused(world):
    data = world.publish()
    head, _ = parts(data)
    envelope = sign_statement(GRANT, canonical(head), world.registry)

    base = read_prefix(memoryview(data))[1]
    with pytest.raises(SnapshotTampered, match="head"):
        world.open(prefix(envelope) + data[base:])


def replaced(world, name, documents):
    """Publish, with other documents in one section and everything signed again."""
    ends = [0]
    for document in documents:
        ends.append(ends[-1] + len(document))
    offsets = b"".join(e.to_bytes(8, "little") for e in ends)
    return with_sections(
        world.publish(),
        world.registry,
        {name: b"".join(documents), f"{name}.offsets": offsets},
        **({} if name == "registrations" else {name: len(documents)}),
    )


def test_a_flag_without_a_vouch_is_not_believed(world):
    world.vouches.clear()
    flags = bytes([2, 2])
    snapshot = world.open(with_sections(world.publish(), world.registry, {"entry.flags": flags}, verified=2))
    assert {e.trust for e in map(snapshot.entry, (0, 1))} == {Trust.DECLARED}


@pytest.mark.parametrize("named", ["stranger", "registry"])
def test_a_flag_with_a_vouch_for_somebody_else_is_not_believed(world, named):
    world.vouches.clear()
    world.vouch(world.voucher, getattr(world, named))
    snapshot = world.open(with_sections(world.publish(), world.registry, {"entry.flags": bytes([2, 2])}))
    assert {e.trust for e in map(snapshot.entry, (0, 1))} == {Trust.DECLARED}


def test_a_vouch_without_a_flag_is_not_enough(world):
    snapshot = world.open(with_sections(world.publish(), world.registry, {"entry.flags": bytes(2)}))
    assert {e.trust for e in map(snapshot.entry, (0, 1))} == {Trust.DECLARED}


def test_a_vouch_that_the_registry_forged_is_not_believed(world):
    world.vouch(world.voucher, world.rival)
    data = world.publish()
    assert {e.trust for e in map(world.open(data).entry, (0, 1))} == {Trust.VERIFIED}
    forged = [
        v[:-20] + b"A" + v[-19:] if v[-20:-19] != b"A" else v[:-20] + b"B" + v[-19:] for v in world.vouches
    ]
    snapshot = world.open(replaced(world, "vouches", forged))
    assert {e.trust for e in map(snapshot.entry, (0, 1))} == {Trust.DECLARED}


def test_registrations_that_do_not_hold_are_named_when_they_are_met(world):
    good = sorted(world.registrations, key=_entry_of)
    payload = canonical({"x": 1})
    for bad in (
        good[0].replace(b'"sig":"', b'"sig":"AAAA', 1),
        b"{}",
        b"",
        sign_statement(VOUCH, payload, world.holder),
        sign_statement(REGISTRATION, payload, world.holder),
        good[1],
    ):
        snapshot = world.open(replaced(world, "registrations", [bad, good[1]]))
        with pytest.raises(SnapshotTampered, match="registration of e-"):
            snapshot.entry(0)
        assert snapshot.entry(1).registrant.key in (world.holder.key, world.rival.key)


def _entry_of(envelope):

    return digest_id("e", base64.b64decode(json.loads(envelope)["payload"]))


def test_a_registration_in_the_name_of_another_is_refused():
    forged = World()
    forged.register(forged.holder, a_print(1), signer=forged.stranger)
    with pytest.raises(SnapshotTampered, match="not signed by its holder"):
        forged.open().entry(0)


def test_what_a_holder_signed_in_a_wrong_form_is_refused_and_does_not_crash(world):
    odd = canonical({"v": 2})
    for name, kind, ask in (
        ("grants", GRANT, lambda s: s.grants(world.holder.key)),
        ("revocations", REVOCATION, lambda s: s.revocations(world.holder.key)),
    ):
        snapshot = world.open(replaced(world, name, [sign_statement(kind, odd, world.holder)]))
        with pytest.raises(SnapshotTampered, match="wrong form"):
            ask(snapshot)
    snapshot = world.open(replaced(world, "vouches", [sign_statement(VOUCH, odd, world.voucher)]))
    with pytest.raises(SnapshotTampered, match="wrong form"):
        snapshot.entry(0)


def test_only_what_a_registrant_signed_is_a_grant_of_theirs(world):
    own = world.grant(world.holder, world.operator)
    world.grant(world.holder, world.operator, signer=world.stranger, contract_ref="forged")
    world.grant(world.rival, world.operator, signer=world.holder, contract_ref="of another")
    world.grants += [b"{}", b"", b'"keyid":"' + world.holder.key.encode()]
    snapshot = world.open(replaced(world, "grants", world.grants))
    assert [g.id for g in snapshot.grants(world.holder.key)] == [own]
    assert snapshot.grants(world.rival.key) == ()
    assert snapshot.grants(world.stranger.key) == ()


def test_only_what_a_registrant_signed_is_a_revocation_of_theirs(world):
    grant = world.grant(world.holder, world.operator)
    world.revoke(world.holder, grant, signer=world.operator)
    world.revoke(world.holder, grant, signer=world.rival)
    assert world.open().revocations(world.holder.key) == ()
    world.revoke(world.holder, grant)
    assert [r.grant for r in world.open().revocations(world.holder.key)] == [grant]
