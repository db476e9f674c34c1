"""An in-memory registry, ledger, dataset, run and clock, that a test can bend.

    world = World()
    entry = world.register(world.holder, drawn(1))      # a signed registration of a drawn picture
    world.vouch(world.voucher, world.holder)            # the entry is verified
    given = world.grant(world.holder, world.operator)   # the operator may train in Japan
    world.revoke(world.holder, given)
    world.check(drawn(1)).outcome

Every statement takes `signer`: another key than the one that the statement names is a forgery. What
`register`, `grant` and the others return is the id; the envelopes lie in lists and can be edited.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pyarrow.parquet as pq

from sekisho.audit.job import Job, keyed, plan
from sekisho.audit.manifest import encode_manifest
from sekisho.audit.run import Ran, leave_map, leave_report, leave_seal
from sekisho.audit.work import do_unit, finished
from sekisho.check import check
from sekisho.codec import (
    digest_id,
    encode_dispute,
    encode_grant,
    encode_mandate,
    encode_passages,
    encode_registration,
    encode_resolution,
    encode_revocation,
    encode_root,
    encode_traits,
    encode_vouch,
    encode_withdrawal,
    read_passages,
)
from sekisho.fingerprint import look
from sekisho.fingerprint.passages import register_passages
from sekisho.ledger import (
    Checkpoint,
    LogProof,
    NoteKey,
    encode_proof,
    leaf_hash,
    leaf_reader,
    sign_checkpoint,
    tree_root,
)
from sekisho.ledger.tree import inclusion_proof
from sekisho.media import Limits
from sekisho.model import (
    Act,
    Decision,
    Dispute,
    EntryId,
    Grant,
    GrantId,
    Grounds,
    Item,
    Kind,
    Mandate,
    Passages,
    Policy,
    Print,
    Purpose,
    Registrant,
    Resolution,
    Revocation,
    Root,
    Settled,
    TextForm,
    TextSource,
    Told,
    Traits,
    Unfingerprintable,
    Use,
    Vouch,
    Withdrawal,
)
from sekisho.policy import shipped_policy
from sekisho.signing import (
    DISPUTE,
    GRANT,
    MANDATE,
    PASSAGES,
    REGISTRATION,
    RESOLUTION,
    REVOCATION,
    ROOT,
    TRAITS,
    VOUCH,
    WITHDRAWAL,
    read_payload,
    sign_statement,
)
from sekisho.snapshot import Snapshot, Statements, build, check_sections, open_snapshot
from sekisho.snapshot.protected import build_protected, open_protected
from tests.parties import Party
from tests.pictures import encode, picture

__all__ = [
    "NOW",
    "TODAY",
    "MemoryFiles",
    "MemoryLog",
    "MemorySource",
    "MemoryUnit",
    "World",
    "drawn",
    "print_of",
    "sealed_run",
]

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
YEAR = timedelta(days=365)
LIMITS = Limits()


def drawn(seed: int, side: int = 96) -> bytes:
    """Draw picture number `seed` as a PNG file."""
    return encode(picture(seed, side, side), "PNG")


def _handle(kind: str, number: int) -> bytes:
    return hashlib.sha256(f"{kind} {number}".encode()).digest()


def print_of(data: bytes) -> Print:
    """Fingerprint a file as a registrant does."""
    seen = look(data, limits=LIMITS, turned=False).fingerprint
    return Print(sha256=seen.sha256, pdq=seen.pdq, quality=seen.quality)


@dataclass
class World:
    """One registry with three parties and a voucher; everything in it may be changed by a test."""

    registry: Party = field(default_factory=lambda: Party(name="registry"))
    voucher: Party = field(default_factory=lambda: Party(name="voucher"))
    holder: Party = field(default_factory=lambda: Party(name="holder"))
    rival: Party = field(default_factory=lambda: Party(name="rival"))
    operator: Party = field(default_factory=lambda: Party(name="operator"))
    stranger: Party = field(default_factory=lambda: Party(name="stranger"))
    clock: datetime = NOW
    edition: int = 1
    registrations: list[bytes] = field(default_factory=list)
    vouches: list[bytes] = field(default_factory=list)
    grants: list[bytes] = field(default_factory=list)
    revocations: list[bytes] = field(default_factory=list)
    mandates: list[bytes] = field(default_factory=list)
    withdrawals: list[bytes] = field(default_factory=list)
    disputes: list[bytes] = field(default_factory=list)
    resolutions: list[bytes] = field(default_factory=list)
    passages: dict[str, bytes] = field(default_factory=dict)
    traits: dict[str, bytes] = field(default_factory=dict)
    persons: list[bytes | Print] = field(default_factory=list)
    listed: list[bytes | Print] = field(default_factory=list)
    authorities: list[str] = field(default_factory=list)

    def with_traits(self, signer: Party, of: bytes | Print, traits: Traits) -> Print:
        """Return a print whose traits are stated by whoever will sign the registration."""
        made = of if isinstance(of, Print) else print_of(of)
        payload = encode_traits(traits, by=signer.key)
        named = digest_id("t", payload)
        self.traits[named] = sign_statement(TRAITS, payload, signer)
        return replace(made, traits=named)

    def text(self, signer: Party, text: str | Passages) -> Print:
        """Return the print of a text whose passages are stated by whoever will sign the registration."""
        made = register_passages(text) if isinstance(text, str) else text
        payload = encode_passages(made, by=signer.key)
        named = digest_id("p", payload)
        self.passages[named] = sign_statement(PASSAGES, payload, signer)
        return Print(sha256=hashlib.sha256(payload).digest(), passages=named)

    def passages_of(self, text: Print) -> Passages:
        """Return the passages that a print names."""
        return read_passages(read_payload(self.passages[text.passages], PASSAGES))[1]

    def register_texts(self, holder: Party, *texts: str | Passages, **more) -> EntryId:
        """Register texts as one work."""
        signer = more.get("signer") or holder
        more.setdefault("title", f"work {len(self.registrations)}")
        return self.register(holder, *(self.text(signer, text) for text in texts), **more)

    def register(
        self,
        holder: Party,
        *files: bytes | Print,
        kind: Kind = Kind.WORK,
        title: str = "",
        signer: Party | None = None,
        **more,
    ) -> EntryId:
        """Register files, or prints made by hand, as one entry; `more` are fields of the registration."""
        payload = encode_registration(
            holder=Registrant(key=holder.key, label=holder.name),
            kind=kind,
            title=title,
            on=self.clock.date(),
            prints=tuple(f if isinstance(f, Print) else print_of(f) for f in files),
            **more,
        )
        self.registrations.append(sign_statement(REGISTRATION, payload, signer or holder))
        return EntryId(digest_id("e", payload))

    def vouch(self, voucher: Party, registrant: Party, *entries: EntryId, signer: Party | None = None) -> str:
        """Vouch for a registrant, or for single entries of theirs."""
        made = Vouch(
            id="", voucher=voucher.key, registrant=registrant.key, entries=entries, on=self.clock.date()
        )
        payload = encode_vouch(made)
        self.vouches.append(sign_statement(VOUCH, payload, signer or voucher))
        return digest_id("v", payload)

    def grant(
        self,
        holder: Party,
        grantee: Party,
        entry: EntryId | None = None,
        *,
        signer: Party | None = None,
        **terms,
    ) -> GrantId:
        """Permit training in Japan for a year before and after today; `terms` are fields of `Grant`."""
        given = Grant(
            id=GrantId(""),
            registrant=holder.key,
            entry=entry,
            grantee=grantee.key,
            purposes=frozenset(terms.pop("purposes", (Purpose.TRAIN,))),
            territories=frozenset(terms.pop("territories", ("JP",))),
            from_=terms.pop("from_", TODAY - YEAR),
            until=terms.pop("until", TODAY + YEAR),
            **terms,
        )
        payload = encode_grant(given)
        self.grants.append(sign_statement(GRANT, payload, signer or holder))
        return GrantId(digest_id("g", payload))

    def revoke(self, holder: Party, grant: GrantId, *, on: date = TODAY, signer: Party | None = None) -> None:
        """End a grant, a mandate or a vouch."""
        made = Revocation(id="", registrant=holder.key, grant=grant, on=on)
        self.revocations.append(sign_statement(REVOCATION, encode_revocation(made), signer or holder))

    def mandate(
        self,
        principal: Party,
        agent: Party,
        *acts: Act,
        from_: date = TODAY - YEAR,
        until: date = TODAY + YEAR,
        signer: Party | None = None,
    ) -> str:
        """Let an agent act in a principal's name, in everything unless acts are given."""
        made = Mandate(
            id="",
            principal=principal.key,
            agent=agent.key,
            acts=frozenset(acts or Act),
            from_=from_,
            until=until,
        )
        payload = encode_mandate(made)
        self.mandates.append(sign_statement(MANDATE, payload, signer or principal))
        return digest_id("m", payload)

    def withdraw(
        self, holder: Party, entry: EntryId, *, on: date = TODAY, signer: Party | None = None
    ) -> str:
        """End an entry."""
        payload = encode_withdrawal(Withdrawal(id="", registrant=holder.key, entry=entry, on=on))
        self.withdrawals.append(sign_statement(WITHDRAWAL, payload, signer or holder))
        return digest_id("w", payload)

    def dispute(
        self,
        disputant: Party,
        entry: EntryId,
        *,
        own: EntryId | None = None,
        grounds: Grounds = Grounds.MY_WORK,
        evidence: str = "a contract",
        on: date = TODAY,
        signer: Party | None = None,
    ) -> str:
        """Say that another's entry is wrong."""
        made = Dispute(
            id="",
            disputant=disputant.key,
            entry=entry,
            grounds=grounds,
            own=own,
            evidence=evidence,
            on=on,
        )
        payload = encode_dispute(made)
        self.disputes.append(sign_statement(DISPUTE, payload, signer or disputant))
        return digest_id("d", payload)

    def resolve(
        self,
        by: Party,
        dispute: str,
        settled: Settled = Settled.DISMISSED,
        *,
        on: date = TODAY,
        signer: Party | None = None,
    ) -> str:
        """End a dispute."""
        payload = encode_resolution(Resolution(id="", by=by.key, dispute=dispute, settled=settled, on=on))
        self.resolutions.append(sign_statement(RESOLUTION, payload, signer or by))
        return digest_id("s", payload)

    def statements(self) -> Statements:
        """Return everything that the next edition is made of."""
        vouchers = frozenset({self.voucher.key})
        root = Root(
            registry=self.registry.key,
            name="Registry of tests",
            vouchers=vouchers,
            authorities=frozenset(self.authorities),
        )
        return Statements(
            root=sign_statement(ROOT, encode_root(root), self.registry),
            registrations=tuple(self.registrations),
            vouches=tuple(self.vouches),
            grants=tuple(self.grants),
            revocations=tuple(self.revocations),
            mandates=tuple(self.mandates),
            withdrawals=tuple(self.withdrawals),
            disputes=tuple(self.disputes),
            resolutions=tuple(self.resolutions),
            passages=self.passages.get,
            traits=self.traits.get,
        )

    def publish(self, before: Snapshot | None = None) -> bytes:
        """Return the bytes of a snapshot file; of a delta if an edition is given that it follows."""
        built = build(
            self.statements(),
            edition=self.edition,
            created=self.clock,
            expires=self.clock + timedelta(days=60),
            signer=self.registry,
            before=before,
        )
        return b"".join(built.chunks)

    def open(self, data: bytes | None = None, **conditions) -> Snapshot:
        """Open a snapshot, the published one if none is given, and check every section."""
        wanted = {
            "trusted": frozenset({self.registry.key}),
            "now": self.clock,
            "max_age": timedelta(days=30),
        } | conditions
        snapshot = open_snapshot(memoryview(self.publish() if data is None else data), **wanted)
        check_sections(snapshot)
        return self.protect(snapshot) if self.persons or self.listed else snapshot

    def section(self, snapshot: Snapshot, *, signer: Party | None = None, **fields) -> bytes:
        """Return the section about `persons` and `listed` for the operator; `fields` are of its head."""
        kept = [made if isinstance(made, Print) else print_of(made) for made in self.persons]
        listed = [made if isinstance(made, Print) else print_of(made) for made in self.listed]
        wanted = {
            "registry": self.registry.key,
            "edition": snapshot.head.edition,
            "snapshot": snapshot.digest,
            "recipient": self.operator.key,
            "purpose": Purpose.TRAIN,
            "created": self.clock.date(),
            "expires": self.clock.date() + timedelta(days=30),
            "likeness": [(_handle("person", n), made.pdq) for n, made in enumerate(kept)],
            "listed": [(_handle("listed", n), made.sha256, made.pdq) for n, made in enumerate(listed)],
        }
        return build_protected(**wanted | fields, signer=signer or self.registry)

    def protect(self, snapshot: Snapshot, section: bytes | None = None, **conditions) -> Snapshot:
        """Open a section beside a snapshot: the published one if none is given."""
        data = self.section(snapshot) if section is None else section
        wanted = {
            "trusted": {self.registry.key},
            "recipient": self.operator.key,
            "on": self.clock.date(),
        } | conditions
        return snapshot.with_protected(open_protected(data, **wanted))

    def advance(self, snapshot: Snapshot, data: bytes | None = None, **conditions) -> Snapshot:
        """Publish what is new as the next delta, or take the one that is given, and follow it."""
        if data is None:
            self.edition += 1
            data = self.publish(before=snapshot)
        wanted = {"now": self.clock, "max_age": timedelta(days=30)} | conditions
        return snapshot.advance(memoryview(data), **wanted)

    def use(self, **changes) -> Use:
        """Return a use by the operator: training, in Japan, today."""
        use = Use(operator=self.operator.key, purpose=Purpose.TRAIN, territory="JP", on=self.clock.date())
        return replace(use, **changes)

    def check(self, data: bytes, policy: Policy | str = "opt-in", **use) -> Decision:
        """Decide about one file by the edition that would be published now."""
        rules = shipped_policy(policy) if isinstance(policy, str) else policy
        item = Item(name="item.png", data=data)
        return check(item, snapshot=self.open(), policy=rules, use=self.use(**use))

    def job(self, *sources, policy: Policy | str = "opt-in", files=None, **use) -> Job:
        """Return a run over some sources; with its files in memory unless others are given."""
        snapshot = self.open()
        job = Job(
            sources=sources,
            files=MemoryFiles() if files is None else files,
            open_snapshot=lambda: snapshot,
            snapshot_digest=snapshot.digest,
            policy=shipped_policy(policy) if isinstance(policy, str) else policy,
            use=self.use(**use),
            operator=Registrant(key=self.operator.key, label=self.operator.name),
            limits=LIMITS,
            version="0.0.test",
            protected=snapshot.protected.digest if snapshot.protected is not None else "",
        )
        return keyed(job, self.operator)


@dataclass
class MemoryFiles:
    """The files of a RUN directory, in a dictionary."""

    data: dict[str, bytes] = field(default_factory=dict)
    private: frozenset[str] = frozenset()

    def read(self, name: str) -> bytes | None:
        return self.data.get(name)

    def read_part(self, name: str, start: int, stop: int) -> bytes:
        return self.data.get(name, b"")[start:stop]

    def write(self, name: str, data: bytes, *, private: bool = False) -> None:
        self.data[name] = data
        self.private = self.private | {name} if private else self.private - {name}

    def names(self) -> Sequence[str]:
        return sorted(self.data)


@dataclass(frozen=True, kw_only=True)
class MemoryUnit:
    """Some items of a `MemorySource`, from `start` to before `stop`."""

    dataset: str
    start: int
    stop: int
    bytes: int
    kind: str = "folder"
    path: str = ""

    @property
    def items(self) -> int:
        return self.stop - self.start

    def identity(self):
        return repr(self).encode()


@dataclass
class MemoryReading:
    """The items of a unit; None among them is counted as no media."""

    found: Sequence[Item | None]
    skipped: int = 0

    def __iter__(self) -> Iterator[Item]:
        for item in self.found:
            if item is None:
                self.skipped += 1
            else:
                yield item


@dataclass
class MemorySource:
    """A dataset of named files.

    Bytes are looked at as pictures, a `str` as text; an `Unfingerprintable` is a problem, None no media.
    """

    files: Mapping[str, bytes | str | Unfingerprintable | None]
    name: str = "drawings"
    kind: str = "folder"
    unit_items: int = 4
    told: Mapping[str, Told] = field(default_factory=dict)

    def plan(self, target_bytes: int = 0, max_items: int = 0) -> Iterator[MemoryUnit]:
        assert (target_bytes, max_items) == (0, 0)
        sizes = [len(f) if isinstance(f, bytes) else 0 for f in self.files.values()]
        for start in range(0, len(sizes), self.unit_items):
            stop = min(start + self.unit_items, len(sizes))
            yield MemoryUnit(dataset=self.name, start=start, stop=stop, bytes=sum(sizes[start:stop]))

    def read(self, unit: MemoryUnit) -> MemoryReading:
        some = list(self.files.items())[unit.start : unit.stop]
        return MemoryReading([_item(name, content, self.told.get(name)) for name, content in some])


def _item(name, content, told=None):
    if content is None:
        return None
    if isinstance(content, Unfingerprintable):
        return Item(name=name, data=None, problem=content, told=told)
    if isinstance(content, str):
        form = TextForm.JSON if ".json" in name else TextForm.PLAIN
        return Item(name=name, data=content.encode(), text=TextSource(form=form), told=told)
    return Item(name=name, data=content, told=told)


class MemoryLog:
    """A log that keeps its entries in a list."""

    def __init__(self, word: str = "log", origin: str = "log.example/tests") -> None:
        self.signer = Party(name=word)
        self.origin = origin
        self.vkey = NoteKey(name=origin, key=self.signer.key).vkey
        self.entries: list[bytes] = []

    def not_before(self, at: datetime) -> datetime:
        """Return the time for a new entry: a test's clock never goes back."""
        return at

    def append(self, entry: bytes) -> int:
        self.entries.append(entry)
        return len(self.entries) - 1

    def append_all(self, entries: Sequence[bytes]) -> list[int]:
        return [self.append(entry) for entry in entries]

    def publish(self) -> None:
        """Do nothing: every receipt has a checkpoint of its own."""

    def prove(self, index: int) -> bytes:
        read = leaf_reader([leaf_hash(entry) for entry in self.entries])
        size = len(self.entries)
        head = Checkpoint(origin=self.origin, size=size, root=tree_root(read, size))
        hashes = inclusion_proof(read, index, size)
        note = sign_checkpoint(head, self.signer)
        return encode_proof(LogProof(index=index, hashes=tuple(hashes), checkpoint=note))


def sealed_run(world: World, job: Job, log: MemoryLog, *, report: bool = True, word: str = "salt") -> Ran:
    """Do a whole run in this process, and seal it."""
    planned = plan(job)
    commits = {
        p.id: finished(job, p)
        or do_unit(
            job, job.open_snapshot(), p, {}, lambda _ordinal: None, job.open_lenses(), job.open_sources()
        )
        for p in planned
    }
    ran = Ran(
        job=job,
        snapshot=job.open_snapshot(),
        planned=planned,
        commits=commits,
        membership=leave_map(job, planned, commits),
    )
    if report:
        leave_report(ran, _batches(ran), titles=lambda _: ("", "", ""), timing={}, lang="ja")
    else:
        job.files.write("manifest.json", encode_manifest(ran.manifest()))
    leave_seal(
        ran, signer=world.operator, log=log, salt=hashlib.sha256(word.encode()).digest(), at=world.clock
    )
    return ran


def _batches(ran):
    for p in ran.planned:
        part = ran.job.files.read(f"decisions/part-{p.id}.parquet")
        yield from pq.ParquetFile(io.BytesIO(part)).iter_batches()
