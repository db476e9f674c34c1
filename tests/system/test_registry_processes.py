"""Several processes at one registry, and one that dies in the middle."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from sekisho.registry.prints import encode_prints
from sekisho.registry.rules import examine
from sekisho.registry.submit import submit
from sekisho.signing import REGISTRATION
from sekisho.store.create import create_registry
from sekisho.store.database import open_registry
from sekisho.store.keys import make_key
from tests.parties import Party, a_print, registration, root

PROCESSES, EACH = 4, 50
REGISTRY, AOZORA = Party(name="registry"), Party(name="aozora")


@pytest.fixture
def location(tmp_path: Path) -> str:
    path = str(tmp_path / "registry.sqlite")
    create_registry(path, root(REGISTRY, REGISTRY))
    return path


def start(arguments: Sequence[str], repository: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": f"{repository}{os.pathsep}{repository / 'src'}"}
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, *arguments],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.PIPE,
    )


def test_four_processes_register_at_once_and_nothing_is_lost(location, tmp_path, repository):
    running = []
    for number in range(PROCESSES):
        holder = make_key(f"holder{number}")
        file = tmp_path / f"{number}.jsonl"
        prints = [a_print(number * EACH + i, f"{i}.png") for i in range(EACH)]
        file.write_bytes(encode_prints(prints, holder))
        command = ["-m", "sekisho", "register", str(file), "--holder", holder.name, "--kind", "work"]
        running.append(start([*command, "--registry", location], repository))
    ends = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES, ends
    kept = [examine(envelope) for envelope in open_registry(location).statements(REGISTRATION)]
    assert len({statement.id for statement in kept}) == PROCESSES * EACH
    assert len({statement.signer for statement in kept}) == PROCESSES


SMALL_BATCHES = """
import sys
from sekisho.registry.submit import submit
from sekisho.store.database import open_registry
from tests.parties import Party, registration
database = open_registry(sys.argv[1])
for number in range(25):
    (verdict,) = submit([registration(Party(name=sys.argv[2]), number)], database.batch)
    assert verdict.new, verdict
"""


def test_many_small_batches_take_turns(location, repository):
    running = [start(["-c", SMALL_BATCHES, location, f"p{n}"], repository) for n in range(PROCESSES)]
    ends = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES, ends
    assert open_registry(location).counts() == {REGISTRATION: PROCESSES * 25}


DYING = """
import sys
from sekisho.registry.rules import examine, place
from sekisho.store.database import open_registry
from tests.parties import Party, registration
with open_registry(sys.argv[1]).batch() as batch:
    for number in range(20):
        assert place(examine(registration(Party(name="aozora"), number)), batch)
    print("half", flush=True)
    sys.stdin.read()
"""


def test_a_process_that_is_killed_in_a_batch_leaves_nothing_and_blocks_nobody(location, repository):
    submit([registration(AOZORA, 99)], open_registry(location).batch)
    process = start(["-c", DYING, location], repository)
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    database = open_registry(location)
    assert database.counts() == {REGISTRATION: 1}
    submit([registration(AOZORA, n) for n in range(3)], database.batch)
    assert database.counts() == {REGISTRATION: 4}
