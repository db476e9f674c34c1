from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sekisho.model import KeyId, Root
from sekisho.registry.rules import Shelf, examine
from sekisho.registry.submit import submit
from tests.parties import Party, grant, registration, revocation, root_of, vouch

DESK, AOZORA, LUMEN = Party(name="desk"), Party(name="aozora"), Party(name="lumen")
ENTRY = examine(registration(AOZORA, 1)).id
GRANT = examine(grant(AOZORA, LUMEN, ENTRY)).id


class Memory:
    """A registry in memory that keeps a batch only when it ends well."""

    def __init__(self) -> None:
        self.kept: dict[str, KeyId] = {}
        self.open: dict[str, KeyId] = {}

    @contextmanager
    def batch(self) -> Iterator[Shelf]:
        self.open = dict(self.kept)
        yield self
        self.kept = self.open

    def root(self) -> Root:
        return root_of(DESK, DESK)

    def signer_of(self, statement: str) -> KeyId | None:
        return self.open.get(statement)

    def add(self, *, id: str, type: str, signer: KeyId, envelope: bytes) -> None:  # noqa: A002, ARG002
        self.open[id] = signer


def test_the_order_of_lines_does_not_matter_and_verdicts_keep_it():
    memory = Memory()
    batch = [
        revocation(AOZORA, GRANT),
        grant(AOZORA, LUMEN, ENTRY),
        vouch(DESK, AOZORA, ENTRY),
        registration(AOZORA, 1),
    ]
    verdicts = submit(batch, memory.batch)
    assert [v.id[0] for v in verdicts] == ["x", "g", "v", "e"]
    assert all(v.kept and v.new for v in verdicts)
    assert len(memory.kept) == 4


def test_a_refused_statement_does_not_take_others_with_it():
    memory = Memory()
    verdicts = submit([b"rubbish", registration(AOZORA, 1), vouch(AOZORA, AOZORA)], memory.batch)
    assert [v.kept for v in verdicts] == [False, True, False]
    assert verdicts[0].reason
    assert "for itself" in verdicts[2].reason
    assert set(memory.kept) == {ENTRY}


def test_submitting_again_is_fine():
    memory = Memory()
    submit([registration(AOZORA, 1)], memory.batch)
    (again,) = submit([registration(AOZORA, 1)], memory.batch)
    assert again.kept
    assert not again.new


def test_a_fault_in_the_middle_keeps_nothing():
    memory = Memory()

    def failing(**_: object) -> None:
        raise RuntimeError

    memory.add = failing
    with pytest.raises(RuntimeError):
        submit([registration(AOZORA, 1)], memory.batch)
    assert not memory.kept
