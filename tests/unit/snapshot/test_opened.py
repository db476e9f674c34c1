import base64
import json
from datetime import timedelta

import numpy as np
import pytest

from sekisho.codec import canonical, digest_id, encode_root
from sekisho.errors import (
    SnapshotSequence,
    SnapshotStale,
    SnapshotTampered,
    SnapshotUntrusted,
    SnapshotVersion,
)
from sekisho.model import Trust
from sekisho.signing import GRANT, REGISTRATION, REVOCATION, ROOT, VOUCH, sign_statement
from sekisho.snapshot.layout import LAYOUT_VERSION, prefix, read_prefix
from sekisho.snapshot.mih import build_tables
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


def test_prints_are_told_as_they_were_registered(world):
    snapshot = world.open()
    number = snapshot.entry_number(world.first)
    assert [p.pdq for p in snapshot.prints(number)] == [a_print(1).pdq, a_print(2).pdq]
    assert snapshot.entry(number).prints == ()


def test_the_arrays_of_a_snapshot_can_not_be_written(world):
    snapshot = world.open()
    (table,) = snapshot.tables
    assert not any(a.flags.writeable for a in (*table.pdq_index(), *table.sha256, *table.pdq))


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
    data[8] = LAYOUT_VERSION + 1
    with pytest.raises(SnapshotVersion, match=f"layout {LAYOUT_VERSION + 1}"):
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


@pytest.mark.parametrize("flags", [bytes([2, 2]), bytes([255, 255]), bytes(2)])
def test_trust_follows_from_vouches_and_not_from_what_the_file_says(world, flags):
    changed = with_sections(world.publish(), world.registry, {"entry.flags": flags}, verified=2)
    trust = {e.id: e.trust for e in map(world.open(changed).entry, (0, 1))}
    assert trust == {world.first: Trust.VERIFIED, world.second: Trust.DECLARED}


@pytest.mark.parametrize("named", ["stranger", "registry"])
def test_a_vouch_for_somebody_else_lends_nothing(world, named):
    world.vouches.clear()
    world.vouch(world.voucher, getattr(world, named))
    assert {e.trust for e in map(world.open().entry, (0, 1))} == {Trust.DECLARED}


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


def test_a_delta_adds_entries_and_what_was_before_stays_as_it_was(world):
    base = world.open()
    third = world.register(world.stranger, a_print(2), a_print(9), title="C")
    grant = world.grant(world.holder, world.operator)
    newer = world.advance(base)
    assert (base.entries, newer.entries) == (2, 3)
    assert (newer.head.edition, newer.head.parent, newer.digest) == (6, base.digest, newer.segments[1].digest)
    assert newer.entry_number(third) == 2
    assert base.entry_number(third) is None
    assert newer.entry(2).title == "C"
    assert [newer.entry(n).id for n in (0, 1)] == [base.entry(n).id for n in (0, 1)]
    assert [g.id for g in newer.grants(world.holder.key)] == [grant]
    assert base.grants(world.holder.key) == ()
    assert newer.segments[0] is base.segments[0]
    assert (newer.counts.work, newer.counts.pdq, newer.counts.grants) == (3, 5, 1)
    assert (newer.counts.verified, newer.counts.declared) == (1, 2)


def test_a_vouch_and_its_revocation_in_deltas_change_the_trust_of_older_entries(world):
    one = world.open()
    vouch = world.vouch(world.voucher, world.rival)
    two = world.advance(one)
    world.revoke(world.voucher, vouch)
    three = world.advance(two)
    number = one.entry_number(world.second)
    assert [s.entry(number).trust for s in (one, two, three)] == [
        Trust.DECLARED,
        Trust.VERIFIED,
        Trust.DECLARED,
    ]
    assert [s.counts.verified for s in (one, two, three)] == [1, 2, 1]


def test_a_delta_says_only_what_is_new_and_needs_no_tables(world):
    base = world.open()
    for number in range(4, 10):
        world.register(world.stranger, a_print(number))
    head, sections = parts(world.publish(before=base))
    assert (head["segment"], head["parent"]) == ("delta", base.digest)
    assert (head["counts"]["work"], head["counts"]["vouches"]) == (6, 0)
    assert (sections["pdq.starts"], sections["pdq.ids"]) == (b"", b"")
    assert len(sections["entry.id"]) == 6 * 16


def test_a_withdrawn_entry_keeps_its_place_in_deltas_and_has_none_in_a_base(world):
    base = world.open()
    world.withdraw(world.holder, world.first)
    newer = world.advance(base)
    assert newer.entry_number(world.first) == base.entry_number(world.first)
    assert len(newer.claims(world.first).withdrawals) == 1
    assert base.claims(world.first).withdrawals == ()
    whole = world.open()
    assert whole.entry_number(world.first) is None
    assert (whole.entries, whole.counts.withdrawals) == (1, 0)
    again = world.advance(whole)
    assert (again.entries, again.counts.withdrawals) == (1, 0)


def test_a_withdrawal_by_a_stranger_or_of_a_later_day_leaves_an_entry_in_a_base(world):
    world.withdraw(world.holder, world.first, signer=world.stranger)
    world.withdraw(world.holder, world.first, on=NOW.date() + timedelta(days=1))
    snapshot = world.open()
    assert snapshot.entries == 2
    assert len(snapshot.claims(world.first).withdrawals) == 1


def test_an_empty_delta_renews(world):
    base = world.open()
    world.clock += timedelta(days=29)
    newer = world.advance(base)
    assert (newer.entries, newer.head.created, newer.stale) == (2, world.clock, False)
    world.clock += timedelta(days=2)
    with pytest.raises(SnapshotStale):
        world.open(world.publish(), now=world.clock + timedelta(days=31))


def test_the_age_of_the_newest_counts_and_not_the_bases(world):
    data = world.publish()
    old = world.open(data, allow_stale=True, now=NOW + timedelta(days=90))
    assert old.stale
    world.clock += timedelta(days=90)
    assert not world.advance(old).stale
    delta = world.publish(before=old)
    with pytest.raises(SnapshotStale, match="older than 30 days"):
        world.advance(old, delta, now=world.clock + timedelta(days=31))
    with pytest.raises(SnapshotStale, match="used here before"):
        world.advance(old, delta, seen={world.registry.key: 99})
    assert world.advance(old, delta, now=world.clock + timedelta(days=31), allow_stale=True).stale
    with pytest.raises(SnapshotTampered, match="future"):
        world.advance(old, delta, now=world.clock - timedelta(days=2), allow_stale=True)


def test_deltas_out_of_sequence_or_of_another_base_are_refused(world):
    base = world.open()
    one = world.advance(base)
    two = world.advance(one)
    world.edition = 90
    on_base, on_one, on_two = (world.publish(before=s) for s in (base, one, two))
    for snapshot, data in ((base, on_one), (base, on_two), (one, on_two)):
        with pytest.raises(SnapshotSequence, match="does not follow"):
            world.advance(snapshot, data)
    for snapshot, data in ((two, on_base), (two, on_one), (one, on_base)):
        with pytest.raises(SnapshotSequence, match="out of sequence"):
            world.advance(snapshot, data)
    world.register(world.stranger, a_print(50))
    other = world.open()
    with pytest.raises(SnapshotSequence, match="another base"):
        world.advance(other, on_base)
    with pytest.raises(SnapshotSequence, match="is a base"):
        world.advance(base, world.publish())
    with pytest.raises(SnapshotSequence, match="follows another file"):
        world.open(on_base)


def test_a_delta_of_another_registry_is_refused(world):
    base = world.open()
    theirs = World(registry=world.stranger)
    data = theirs.publish()
    delta = resigned(data, world.stranger, segment="delta", parent=base.digest, edition=9)
    with pytest.raises(SnapshotTampered, match="another registry"):
        world.advance(base, delta)


@pytest.mark.parametrize("change", [{"edition": 5}, {"edition": 4}, {"created": "2026-11-22T09:29:59Z"}])
def test_a_delta_that_says_that_it_is_older_is_refused(world, change):
    base = world.open()
    world.edition = 6
    data = resigned(world.publish(before=base), world.registry, **change)
    with pytest.raises(SnapshotSequence, match="older than edition 5"):
        world.advance(base, data)


def test_sixteen_deltas_are_the_most(world):
    snapshot = world.open()
    for _ in range(16):
        snapshot = world.advance(snapshot)
    assert (len(snapshot.segments), len(snapshot.tables)) == (17, 2)
    with pytest.raises(SnapshotSequence, match="at most 16"):
        world.advance(snapshot)


def test_a_delta_cut_short_or_changed_is_refused(world):
    base = world.open()
    world.register(world.stranger, a_print(7))
    world.edition += 1
    data = world.publish(before=base)
    assert world.advance(base, data).entries == 3
    for length in (0, 100, 4096, len(data) // 2, len(data) - 64, len(data) - 1):
        with pytest.raises(SnapshotTampered):
            world.advance(base, data[:length])
    for section in parts(data)[1].values():
        if section:
            damaged = bytearray(data)
            damaged[data.index(section, 4096)] ^= 1
            with pytest.raises(SnapshotTampered):
                world.advance(base, bytes(damaged))


@pytest.mark.parametrize(
    "lie",
    [
        {"pdq.owner": b"\xff\xff\xff\x7f"},
        {"pdq.owner": b"\1\0\0\0"},
        {"sha256.owner": b"\xff\xff\xff\xff"},
        {"entry.registrant": b"\1\0\0\0"},
        {"grants.offsets": b"\1" + bytes(7)},
        {"pdq.ids": bytes(4)},
    ],
    ids=str,
)
def test_no_kernel_runs_over_a_delta_whose_tables_lie(world, lie):
    base = world.open()
    world.register(world.stranger, a_print(7))
    world.edition += 1
    data = with_sections(world.publish(before=base), world.registry, lie)
    with pytest.raises(SnapshotTampered):
        world.advance(base, data)


def test_a_delta_with_tables_of_its_own_is_refused(world):
    base = world.open()
    world.register(world.stranger, a_print(7))
    world.edition += 1
    data = world.publish(before=base)
    rows = np.frombuffer(parts(data)[1]["pdq.rows"], "<u8").reshape(-1, 4)
    starts, ids = build_tables(rows, 16)
    tables = {"pdq.starts": starts.tobytes(), "pdq.ids": ids.tobytes()}
    with pytest.raises(SnapshotTampered, match="do not fit"):
        world.advance(base, with_sections(data, world.registry, tables, chunks=16))


def test_a_delta_that_repeats_an_entry_is_refused(world):
    base = world.open()
    repeated = resigned(world.publish(), world.registry, segment="delta", parent=base.digest, edition=6)
    with pytest.raises(SnapshotTampered, match="repeats an entry"):
        world.advance(base, repeated)


def test_a_root_in_a_delta_replaces_the_one_before(world):
    base = world.open()
    own_root = sign_statement(ROOT, encode_root(root_of(world.registry, world.stranger)), world.registry)
    world.edition += 1
    newer = world.advance(base, with_sections(world.publish(before=base), world.registry, {"root": own_root}))
    assert newer.root.vouchers == {world.stranger.key}
    assert newer.entry(newer.entry_number(world.first)).trust is Trust.DECLARED
    assert base.entry(base.entry_number(world.first)).trust is Trust.VERIFIED


def test_an_entry_of_ones_own_that_a_delta_withdraws_lends_no_more_weight(world):
    own = world.register(world.rival, a_print(8))
    world.vouch(world.voucher, world.rival, own)
    world.dispute(world.rival, world.first, own=own)
    base = world.open()
    world.withdraw(world.rival, own)
    newer = world.advance(base)
    trust = [s.claims(world.first).disputes[0][1] for s in (base, newer, world.open())]
    assert trust == [Trust.VERIFIED, Trust.DECLARED, Trust.DECLARED]


def test_a_vouch_that_ends_on_a_later_day_ends_with_the_edition_of_that_day(world):
    vouch = world.vouch(world.voucher, world.rival)
    world.revoke(world.voucher, vouch, on=NOW.date() + timedelta(days=2))
    snapshot = world.open()
    number = snapshot.entry_number(world.second)
    for trust in (Trust.VERIFIED, Trust.VERIFIED, Trust.DECLARED):
        assert snapshot.entry(number).trust is trust
        world.clock += timedelta(days=1)
        snapshot = world.advance(snapshot)
