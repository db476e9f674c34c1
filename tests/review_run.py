"""A sealed RUN on disk with items on hold for every cause, and the keys of its reviewers.

near-0.jpg .. near-2.jpg   one drawing saved three times; matches a self-declared work
other.png                  another drawing of the same registrant
flat-0.png, flat-1.png     too little detail, equal bytes
torn-0.png, torn-1.png     cut off
gone.png                   could not be read at all
blocked.png                matches a confirmed work
free.png                   passed
person-0.png, person-1.png protected, if asked for
"""

import atexit
import hashlib
import shutil
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sekisho.audit.gathered import Rows
from sekisho.audit.job import plan
from sekisho.audit.work import _Done, _leave
from sekisho.model import (
    Decision,
    EntryId,
    Fingerprint,
    Outcome,
    Registrant,
    Unfingerprintable,
    Unreadable,
)
from sekisho.store.home import keys_dir
from sekisho.store.keys import write_public
from sekisho.store.runs import RunDirectory
from tests.parties import Party
from tests.pictures import encode, picture
from tests.world import MemoryLog, MemorySource, World, drawn, sealed_run

__all__ = ["ReviewRun", "keep_key", "make_review_run"]


@dataclass(frozen=True, kw_only=True)
class ReviewRun:
    """A run and who was there.

    Attributes:
        declared, verified: entries that it matches.
    """

    run: Path
    world: World
    declared: EntryId
    other: EntryId
    verified: EntryId
    snapshot: Path

    @property
    def files(self) -> RunDirectory:
        return RunDirectory(self.run)


def keep_key(party: Party, name: str) -> None:
    """Put a party's private key into SEKISHO_HOME."""
    folder = keys_dir()
    folder.mkdir(parents=True, exist_ok=True)
    pem = party._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # noqa: SLF001
    (folder / f"{name}.key").write_bytes(pem)
    (folder / f"{name}.key").chmod(0o600)
    write_public(folder, name, Registrant(key=party.key, label=party.name), force=True)


def _files() -> dict[str, object]:
    near = [encode(picture(1, 96, 96), "JPEG", quality=q) for q in (95, 85, 75)]
    flat = encode(picture(9, 8, 8) * 0 + 200, "PNG")
    return {
        **{f"near-{n}.jpg": data for n, data in enumerate(near)},
        "other.png": drawn(2),
        "flat-0.png": flat,
        "flat-1.png": flat,
        "torn-0.png": drawn(3)[:400],
        "torn-1.png": drawn(4)[:500],
        "gone.png": Unfingerprintable(reason=Unreadable.IO_ERROR),
        "blocked.png": drawn(5),
        "free.png": drawn(6),
    }


def _protected(job, count):
    """Decide about photos of persons, which no other part of Sekisho can do yet."""
    return [
        Decision(
            item=f"person-{n}.png",
            media_type="image/png",
            bytes=100,
            fingerprint=Fingerprint(sha256=hashlib.sha256(b"person %d" % n).digest()),
            outcome=Outcome.REVIEW,
            reason="protected_person",
            snapshot=job.snapshot_digest,
            policy=job.policy.digest,
        )
        for n in range(count)
    ]


def make_review_run(folder: Path, *, persons: int = 0) -> ReviewRun:
    """Audit the items above into FOLDER/run; the operator's private key is in SEKISHO_HOME."""
    made = _made_once(persons)
    for name in ("run", "edition.snapshot"):
        source = made.run.parent / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    keep_key(made.world.operator, "operator")
    return replace(made, run=folder / "run", snapshot=folder / "edition.snapshot")


@cache
def _made_once(persons: int) -> ReviewRun:
    folder = Path(tempfile.mkdtemp(prefix="sekisho-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    world = World()
    declared = world.register(world.rival, drawn(1), title="Drawing one")
    other = world.register(world.rival, drawn(2), title="Drawing two")
    verified = world.register(world.holder, drawn(5), title="Confirmed")
    world.vouch(world.voucher, world.holder)
    run = folder / "run"
    snapshot = folder / "edition.snapshot"
    snapshot.write_bytes(world.publish())
    sources = [MemorySource(_files(), unit_items=6)]
    if persons:
        sources.append(
            MemorySource({f"person-{n}.png": b"x" for n in range(persons)}, name="people", unit_items=persons)
        )
    job = world.job(*sources, files=RunDirectory(run))
    if persons:
        last = plan(job)[-1]
        rows = Rows()
        for decision in _protected(job, persons):
            rows.add(decision)
        done = _Done(rows=rows)
        _leave(job, last, done, 0, done.tally.left())
    sealed_run(world, job, MemoryLog())
    return ReviewRun(
        run=run, world=world, declared=declared, other=other, verified=verified, snapshot=snapshot
    )
