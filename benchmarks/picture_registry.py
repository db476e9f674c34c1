"""Register pictures as a holder does, publish the edition, and check other pictures against it.

Nothing is short-circuited: fingerprints and traits by the registry's own code, signed statements, one
entry a work, a voucher behind the holder, `snapshot.build`, a mapped file, and `check`.
"""

import hashlib
import mmap
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from snapshots import HOLDER, REGISTRY, VALID_DAYS, VOUCHER

from sekisho import codec, signing
from sekisho.check import Lenses, check
from sekisho.fingerprint.embedding import Encoder
from sekisho.media import Limits, frames, sniff
from sekisho.model import (
    MIN_QUALITY,
    Decision,
    EntryId,
    Item,
    Kind,
    Policy,
    Print,
    Purpose,
    Registrant,
    Root,
    Traits,
    Use,
    Vouch,
)
from sekisho.policy import read_policy
from sekisho.registry.seen import Sight, drawn
from sekisho.snapshot import Snapshot, Statements, build, check_sections, open_snapshot

__all__ = ["Checked", "Works", "checked", "publish", "register", "rules"]


@dataclass(slots=True, kw_only=True)
class Works:
    """Registrations, the traits that they name, and which work each entry is.

    Attributes:
        names: the name of the work by the id of its entry.
    """

    registrations: list[bytes] = field(default_factory=list)
    traits: dict[str, bytes] = field(default_factory=dict)
    names: dict[EntryId, str] = field(default_factory=dict)


class Checked(NamedTuple):
    """What was decided about one picture, and what that cost.

    Attributes:
        blocked_by: names of the works on account of which it is blocked.
        met: names of all works that were found.
        methods: how, in the sequence of `met`.
    """

    outcome: str
    blocked_by: tuple[str, ...]
    met: tuple[str, ...]
    methods: tuple[str, ...]
    seconds: float


def rules(depth: str) -> Policy:
    """Return the shipped default policy with another depth."""
    return read_policy(f'base = "opt-in"\n\n[match]\ndepth = "{depth}"\n', f"{depth}.toml")


def _print(
    works: Works, sha256: bytes, hashed: tuple[bytes, int], traits: Traits | None, at: str = ""
) -> Print:
    pdq, quality = hashed
    named = None
    if traits is not None:
        payload = codec.encode_traits(traits, by=HOLDER.key)
        named = codec.digest_id("t", payload)
        works.traits[named] = signing.sign_statement(signing.TRAITS, payload, HOLDER)
    enough = quality >= MIN_QUALITY
    return Print(
        sha256=sha256,
        pdq=pdq if enough else None,
        quality=quality if enough else None,
        traits=named,
        at=at,
    )


def register(works: Works, name: str, data: bytes, sight: Sight) -> EntryId:
    """Register a picture as a work of its own, with local features, vectors and panels as asked for."""
    found = drawn(frames(data, sniff(data) or "", Limits()), sight, last=False, photograph=False)
    prints = [_print(works, hashlib.sha256(data).digest(), found.hashes[0], found.traits)]
    prints += [_print(works, panel.sha256, panel.hash, panel.traits) for panel in found.panels]
    entry = registered(works, prints, name)
    works.names[entry] = name
    return entry


def registered(works: Works, prints: Sequence[Print], name: str) -> EntryId:
    """Sign a registration of prints."""
    payload = codec.encode_registration(
        holder=Registrant(key=HOLDER.key, label="Benchmark Press"),
        kind=Kind.WORK,
        title=name,
        on=datetime.now(UTC).date(),
        prints=tuple(prints),
    )
    works.registrations.append(signing.sign_statement(signing.REGISTRATION, payload, HOLDER))
    return EntryId(codec.digest_id("e", payload))


def publish(works: Works, path: Path) -> Snapshot:
    """Write the edition and open it as operators do, every section checked."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    root = Root(registry=REGISTRY.key, name="Benchmark registry", vouchers=frozenset({VOUCHER.key}))
    vouch = Vouch(id="", voucher=VOUCHER.key, registrant=HOLDER.key, on=today.date())
    statements = Statements(
        root=signing.sign_statement(signing.ROOT, codec.encode_root(root), REGISTRY),
        registrations=tuple(works.registrations),
        vouches=(signing.sign_statement(signing.VOUCH, codec.encode_vouch(vouch), VOUCHER),),
        grants=(),
        revocations=(),
        traits=works.traits.get,
    )
    built = build(
        statements,
        edition=1,
        created=today,
        expires=today + timedelta(days=VALID_DAYS),
        signer=REGISTRY,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for chunk in built.chunks:
            file.write(chunk)
    with path.open("rb") as file:
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    snapshot = open_snapshot(
        whole,
        trusted=frozenset({REGISTRY.key}),
        now=datetime.now(UTC),
        max_age=timedelta(days=VALID_DAYS),
    )
    check_sections(snapshot)
    return snapshot


def checked(
    name: str,
    data: bytes,
    snapshot: Snapshot,
    policy: Policy,
    names: Mapping[EntryId, str],
    encoders: tuple[Encoder, ...] = (),
) -> Checked:
    """Check one picture from its bytes, and time it by the processor."""
    use = Use(operator=VOUCHER.key, purpose=Purpose.TRAIN, territory="JP", on=datetime.now(UTC).date())
    lenses = replace(Lenses(), encoders=encoders)
    start = time.process_time()
    made = check(Item(name=name, data=data), snapshot=snapshot, policy=policy, use=use, lenses=lenses)
    seconds = time.process_time() - start
    return Checked(
        outcome=made.outcome.value,
        blocked_by=_blocking(made, names),
        met=tuple(names.get(finding.entry, "?") for finding in made.findings),
        methods=tuple(_how(made, number) for number in range(len(made.findings))),
        seconds=seconds,
    )


def _blocking(made: Decision, names: Mapping[EntryId, str]) -> tuple[str, ...]:
    """Return the works whose finding blocks: a meeting of a file, a hash, or a part of the band `block`."""
    return tuple(
        names.get(finding.entry, "?")
        for finding in made.findings
        if finding.detail.get("band", "block") == "block"
    )


def _how(made: Decision, number: int) -> str:
    finding = made.findings[number]
    detail = finding.detail
    parts = [finding.method.value, str(detail.get("band", finding.distance))]
    parts += [f"{key} {detail[key]}" for key in ("inliers", "similarity") if key in detail]
    return " ".join(parts)
