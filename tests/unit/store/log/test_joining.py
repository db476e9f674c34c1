from threading import Thread

import pytest

from sekisho.store.log.joining import Joined
from sekisho.store.log.sequence import Sequencer


@pytest.fixture
def joined(tmp_path):
    return Joined(Sequencer(tmp_path / "sequence.sqlite"), tmp_path / ".appending")


def run(texts):
    return b"".join(len(text).to_bytes(2) + text for text in texts), len(texts), 0


def held(joined, asked):
    """Start a thread for each list while nobody has the turn, and wait until all stand in line."""
    found = {}

    def append(name, texts):
        try:
            found[name] = joined.append(*run(texts))
        except OSError as error:
            found[name] = error

    threads = [Thread(target=append, args=item) for item in asked.items()]
    with joined._turn:  # noqa: SLF001
        for thread in threads:
            thread.start()
        while len(joined._waiting) < len(asked):  # noqa: SLF001
            pass
    for thread in threads:
        thread.join()
    return found


def test_those_who_wait_share_one_transaction(joined, monkeypatch):
    commits = []
    append = Sequencer.append
    monkeypatch.setattr(
        Sequencer, "append", lambda self, *arguments: commits.append(1) or append(self, *arguments)
    )
    found = held(joined, {name: [name] * len(name) for name in (b"a", b"b", b"c", b"d")})
    assert len(commits) == 1
    assert sorted(found.values()) == [0, 1, 2, 3]
    joined.sequencer.settle()
    stored = next(joined.sequencer.pending(0)).data
    assert all(stored[3 * index : 3 * index + 3] == b"\0\1" + name for name, index in found.items())


def test_all_hear_of_a_full_disk_and_none_afterwards(joined, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Sequencer, "append", full)
        found = held(joined, {name: [b"x"] for name in "abc"})
    assert [type(said) for said in found.values()] == [OSError] * 3
    assert joined.append(*run([b"y"])) == 0
