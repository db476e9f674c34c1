"""A small sealed run, questions about it and answers: honest ones, and what dishonest ones are made of."""

import hashlib
import io
import json
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache

import pyarrow.parquet as pq

from sekisho.audit.files import part_name
from sekisho.audit.membership.answering import answer, open_sealed
from sekisho.audit.membership.recorded import record
from sekisho.audit.membership.training import training_statement
from sekisho.audit.run import seal_run
from sekisho.codec import canonical, parse
from sekisho.codec.question import decode_answer, encode_answer, encode_question, encode_training
from sekisho.fingerprint import look
from sekisho.ledger.logged import decode_logged
from sekisho.media import Limits
from sekisho.model import EntryId, Kind, Unfingerprintable, Unreadable
from sekisho.model.question import AskBasis, Asked, Question
from sekisho.signing import ANSWER, QUESTION, TRAINING, open_statement, sign_statement
from sekisho.store.parts import RunPart
from tests.parties import Party
from tests.world import NOW, TODAY, MemoryFiles, MemoryLog, MemorySource, World, drawn, sealed_run

__all__ = [
    "ASKER",
    "AUTHORITY",
    "ENTRY",
    "Desk",
    "MemoryParts",
    "asked_for",
    "drawn",
    "edited",
    "opened_answer",
    "question",
    "resealed",
    "sha256",
]

ASKER, AUTHORITY = Party(name="somebody"), Party(name="authority")
ENTRY = EntryId("e-" + "4" * 32)
PERSON = drawn(40)
FILES = {
    "a.png": drawn(1),
    "b.png": drawn(2),
    "a-again.png": drawn(1),
    "broken.png": drawn(3)[:200],
    "c.png": drawn(4),
    "person.png": PERSON,
    "unread.png": Unfingerprintable(reason=Unreadable.IO_ERROR),
    "a-third.png": drawn(1),
    "turned.png": drawn(6),
}


def sha256(data):
    return hashlib.sha256(data).digest()


@cache
def asked_for(data, *, exact=True, near=True):
    """Return what is asked of a picture: its bytes, and its PDQ in eight orientations."""
    seen = look(data, limits=Limits(), turned=True).hashes
    hashes = tuple(row.tobytes() for row in seen[0]) if near and seen is not None else ()
    return Asked(sha256=sha256(data) if exact else None, pdq=hashes)


def question(signer, *asked, basis=AskBasis.PUBLIC, kind=None, by=None, **more):
    """Return the envelope of a question; `by` is another signer than the one it names."""
    if basis is AskBasis.HOLDER:
        kind = kind or Kind.WORK
        if kind is Kind.LIKENESS:
            more = {"standing": b"c" * 32} | more
        else:
            more = {"entry": ENTRY, "holder": Party(name="holder").key} | more
    made = Question(id="", asker=signer.key, basis=basis, asked=asked, on=TODAY, kind=kind, **more)
    return sign_statement(QUESTION, encode_question(made), by or signer)


@dataclass
class MemoryParts:
    """The parts of a run whose files are in memory."""

    files: MemoryFiles

    @contextmanager
    def open(self, unit):
        yield RunPart(pq.ParquetFile(io.BytesIO(self.files.read(part_name(unit)))))


class Desk:
    """An operator with a sealed run, and its log."""

    def __init__(self, files=None, *, persons=(), word="log", log=None, target=None, **parties):
        """Seal a run over some files; with `log` and `target` it lies on disk, as the commands want it."""
        self.world = World(persons=list(persons), **parties)
        self.log = log or MemoryLog(word)
        self.files = MemoryFiles() if target is None else target
        source = MemorySource(FILES if files is None else files)
        self.ran = sealed_run(self.world, self.world.job(source, files=self.files), self.log)

    @property
    def run(self):
        return open_sealed(self.files)

    @property
    def manifest(self):
        return json.loads(self.files.read("manifest.json"))

    def reply(self, envelope, **more):
        """Return the answer to a question, not yet signed."""
        return answer(envelope, self.run, MemoryParts(self.files), at=NOW, **more)

    def signed(self, made, signer=None):
        """Sign an answer and put it on the log."""
        envelope = sign_statement(ANSWER, encode_answer(made), signer or self.world.operator)
        return record(envelope, self.log, salt=b"a" * 32, at=NOW)

    def ask(self, envelope, **more):
        return self.signed(self.reply(envelope, **more))

    def trained(self, *, model=b"m" * 32, complete=True, signer=None, runs=None, **changes):
        """Return a logged training statement."""
        made = training_statement(runs or [self.run], model=model, complete=complete, at=NOW)
        made = replace(made, **changes)
        envelope = sign_statement(TRAINING, encode_training(made), signer or self.world.operator)
        return record(envelope, self.log, salt=b"t" * 32, at=NOW)


def resealed(change, *, sample=None):
    """Return a desk whose operator seals other public facts than those of its run of one file."""
    desk = Desk({"a.png": drawn(1)})
    facts = json.loads(desk.files.read("public.json"))
    change(facts)
    desk.files.write("public.json", json.dumps(facts).encode())
    how = {"signer": desk.world.operator, "log": desk.log, "salt": b"z" * 32, "at": NOW}
    seal_run(desk.files, sample=sample, **how)
    return desk


def opened_answer(data):
    """Return the answer in a logged file."""
    return decode_answer(open_statement(decode_logged(data).statement, ANSWER).payload)


def edited(desk, data, edit, signer=None):
    """Change the document of an answer, sign and log it again: what a dishonest operator can do."""
    document = parse(open_statement(decode_logged(data).statement, ANSWER).payload)
    edit(document)
    envelope = sign_statement(ANSWER, canonical(document), signer or desk.world.operator)
    return record(envelope, desk.log, salt=b"a" * 32, at=NOW)
