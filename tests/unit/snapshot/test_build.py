import hashlib
import json
import struct
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from sekisho.codec import encode_root
from sekisho.errors import InputError, SignatureError
from sekisho.model import (
    Act,
    Film,
    Frame,
    Kind,
    Local,
    Name,
    Passages,
    Print,
    Root,
    Traits,
    Trust,
    Vector,
)
from sekisho.signing import ROOT, sign_statement
from sekisho.snapshot import build
from sekisho.snapshot.hashes import SHARED
from tests.hostile import parts
from tests.parties import Party, a_print, root_of
from tests.world import NOW, World


def small_world():
    """Make a registry without drawn pictures, so that its bytes depend on nothing but this file."""
    world = World()
    first = world.first = world.register(world.holder, a_print(1), a_print(2), title="月夜の航海日誌")
    world.register(world.rival, a_print(2), Print(sha256=bytes(32)), kind=Kind.CHARACTER)
    world.vouch(world.voucher, world.holder, first)
    world.vouch(world.voucher, world.rival)
    world.revoke(world.holder, world.grant(world.holder, world.operator, first))
    world.grant(world.rival, world.operator)
    return world


def small_delta():
    """Make what follows it: entries, a mandate, a withdrawal, and a dispute with its end."""
    world = with_parts(with_texts(small_world()))
    base = world.open()
    world.register(world.stranger, a_print(2), a_print(3), title="続")
    world.mandate(world.holder, world.stranger, Act.WITHDRAW)
    world.withdraw(world.holder, world.first)
    world.resolve(world.voucher, world.dispute(world.stranger, world.first))
    with_parts(with_texts(world, 3), 3)
    world.edition = 2
    return world.publish(before=base)


def with_texts(world, number=1):
    """Add a work of a text and a short work, with a name; one of its hashes stands in two buckets."""
    text = Passages(units=300, buckets=((number, 7, 2**48 - 1), (4, 7)))
    short = Passages(units=9, buckets=((),), line=77)
    name = Name(text="星野 光太郎", reading="ほしの こうたろう", qualifier=("詩",) * (number == 1))
    world.register_texts(world.rival, text, short, title=f"詩 {number}", names=(name,))
    return world


def with_parts(world, number=1):
    """Add a picture with local features and a vector, and a film; nothing of them is made by lot."""
    rows = b"".join(
        hashlib.sha256(bytes([number, n])).digest() + bytes([n, n % 64, 255 - n, n % 32, n, n % 10])
        for n in range(40)
    )
    halves = struct.pack("<4e", 0.5, -0.5, 0.5, 0.5)
    vector = Vector(model="drawn@0123456789abcdef", values=halves)
    local = Local(width=512, height=300, rows=rows)
    frames = tuple(Frame(at=400 * n, pdq=a_print(n + number).pdq, quality=50 + n) for n in range(3))
    film = Traits(film=Film(duration=1200, frames=frames))
    files = [
        world.with_traits(world.rival, a_print(number), Traits(local=local, vectors=(vector,))),
        world.with_traits(world.rival, Print(sha256=bytes([number]) * 32), film),
    ]
    world.register(world.rival, *files, title=f"絵 {number}")
    return world


def built(world, **changes):
    wanted = {"edition": 1, "created": NOW, "expires": NOW + timedelta(days=60), "signer": world.registry}
    return build(world.statements(), **(wanted | changes))


def test_the_layout_does_not_change_silently(repository):
    vector = json.loads((repository / "tests/vectors/snapshot/small.json").read_text())
    data = with_parts(with_texts(small_world())).publish()
    head, sections = parts(data)
    assert {s["name"]: s["sha256"] for s in head["sections"]} == vector["sections"]
    assert built(with_parts(with_texts(small_world()))).digest == vector["digest"]
    assert (len(data), hashlib.sha256(data).hexdigest()) == (vector["bytes"], vector["sha256"])
    assert head["counts"] == vector["counts"]
    assert sections.keys() == vector["sections"].keys()
    delta = small_delta()
    head, sections = parts(delta)
    assert {s["name"]: s["sha256"] for s in head["sections"]} == vector["delta"]["sections"]
    assert (head["parent"], head["counts"]) == (vector["digest"], vector["delta"]["counts"])
    assert (len(delta), hashlib.sha256(delta).hexdigest()) == (
        vector["delta"]["bytes"],
        vector["delta"]["sha256"],
    )


def test_the_digest_is_that_of_the_heads_payload_and_follows_every_argument():
    world = small_world()
    digest = built(world).digest
    assert digest == world.open().digest
    others = (
        {"edition": 2},
        {"created": NOW + timedelta(seconds=1)},
        {"expires": NOW + timedelta(days=61)},
    )
    assert len({digest, *(built(world, **o).digest for o in others)}) == 4
    world.grant(world.holder, world.stranger)
    assert built(world).digest != digest


def test_equal_hashes_share_one_row():
    world = small_world()
    (table,) = world.open().tables
    assert len(table.pdq_index()[0]) == 2
    assert table.pdq.owners(0) != table.pdq.owners(1)
    assert sorted(len(table.pdq.owners(row)) for row in (0, 1)) == [1, 2]
    assert len(table.sha256.values) == 3
    owner = np.frombuffer(parts(world.publish())[1]["pdq.owner"], "<u4")
    assert (owner >= SHARED).sum() == 1


def test_a_print_that_an_entry_has_twice_counts_once():
    world = World()
    world.register(world.holder, a_print(1), a_print(1))
    assert world.open().tables[0].pdq.owners(0) == (0,)


def test_rows_are_sorted_as_bytes():
    world = World()
    world.register(world.holder, *(a_print(n) for n in range(50)))
    (table,) = world.open().tables
    rows = [row.tobytes() for row in table.pdq_index()[0]]
    assert rows == sorted(a_print(n).pdq for n in range(50))
    assert table.sha256.values.tolist() == sorted(a_print(n).sha256 for n in range(50))


def test_counts_and_flags():
    head, sections = parts(small_world().publish())
    assert head["counts"] == {
        "work": 1,
        "character": 1,
        "declared": 0,
        "verified": 2,
        "registrants": 2,
        "vouches": 2,
        "grants": 2,
        "revocations": 1,
        "mandates": 0,
        "withdrawals": 0,
        "disputes": 0,
        "resolutions": 0,
        "sha256": 3,
        "pdq": 2,
        "chunks": 0,
        "texts": 0,
        "passages": 0,
        "lines": 0,
        "forms": 0,
        "pictures": 0,
        "features": 0,
        "vectors": 0,
        "films": 0,
        "frames": 0,
    }
    assert sorted(sections["entry.flags"]) == [0, 1]


def test_an_empty_registry_has_an_edition_too():
    snapshot = World().open()
    assert snapshot.entries == 0
    assert snapshot.entry_number("e-" + "0" * 32) is None
    assert snapshot.vouches() == ()


def test_the_same_registration_twice_is_refused():
    world = small_world()
    world.registrations.append(world.registrations[0])
    with pytest.raises(InputError, match="twice"):
        built(world)


def test_the_root_must_be_the_signers():
    world = small_world()
    with pytest.raises(InputError, match="root"):
        built(world, signer=world.stranger)
    others = replace(world.statements(), root=sign_statement(ROOT, _root(world), world.stranger))
    with pytest.raises(InputError, match="root"):
        build(others, edition=1, created=NOW, expires=NOW, signer=world.registry)


def _root(world):
    return encode_root(root_of(world.registry, world.voucher))


def test_a_root_that_names_another_registry_is_refused():
    world = small_world()
    root = Root(registry=world.stranger.key, name="", vouchers=frozenset())
    others = replace(world.statements(), root=sign_statement(ROOT, encode_root(root), world.registry))
    with pytest.raises(InputError, match="root"):
        build(others, edition=1, created=NOW, expires=NOW, signer=world.registry)


def test_a_forged_vouch_stops_the_building():
    world = small_world()
    world.vouches[0] = world.vouches[0].replace(b'"sig":"', b'"sig":"AAAA')
    with pytest.raises((SignatureError, InputError)):
        built(world)


@pytest.mark.parametrize(
    ("voucher", "of", "signer", "trust"),
    [
        ("voucher", "holder", None, Trust.VERIFIED),
        ("stranger", "holder", None, Trust.DECLARED),
        ("holder", "holder", None, Trust.DECLARED),
        ("voucher", "rival", None, Trust.DECLARED),
        ("voucher", "holder", "stranger", Trust.DECLARED),
        ("voucher", "holder", "holder", Trust.DECLARED),
        ("registry", "holder", None, Trust.DECLARED),
        ("stranger", "holder", "voucher", Trust.DECLARED),
    ],
)
def test_only_a_vouch_by_a_listed_key_for_this_registrant_counts(voucher, of, signer, trust):
    world = World()
    entry = world.register(world.holder, a_print(1))
    by = getattr(world, signer) if signer else None
    world.vouch(getattr(world, voucher), getattr(world, of), signer=by)
    snapshot = world.open()
    assert snapshot.entry(0).id == entry
    assert snapshot.entry(0).trust is trust
    assert snapshot.head.counts.verified == (trust is Trust.VERIFIED)


def test_a_listed_voucher_can_not_vouch_for_its_own_works():
    world = World()
    world.register(world.voucher, a_print(1))
    world.vouch(world.voucher, world.voucher)
    assert world.open().entry(0).trust is Trust.DECLARED


def test_a_vouch_for_one_entry_is_for_no_other():
    world = World()
    first = world.register(world.holder, a_print(1))
    second = world.register(world.holder, a_print(2))
    world.vouch(world.voucher, world.holder, first)
    snapshot = world.open()
    trust = {e.id: e.trust for e in map(snapshot.entry, (0, 1))}
    assert trust == {first: Trust.VERIFIED, second: Trust.DECLARED}


def test_a_vouch_for_an_entry_of_somebody_else_lends_nothing():
    world = World()
    theirs = world.register(world.rival, a_print(1))
    world.vouch(world.voucher, world.holder, theirs)
    assert world.open().entry(0).trust is Trust.DECLARED


def test_names_prove_nothing():
    world = World()
    world.register(Party(name="holder "), a_print(1))
    world.vouch(world.voucher, world.holder)
    assert world.open().entry(0).trust is Trust.DECLARED
