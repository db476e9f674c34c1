"""Several processes at one registry, and one that dies in the middle; in both databases."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from sekisho.registry.examined import examine
from sekisho.registry.prints import encode_prints
from sekisho.registry.submit import submit
from sekisho.signing import REGISTRATION
from sekisho.store.create import create_registry
from sekisho.store.database import open_registry
from sekisho.store.keys import make_key
from tests.parties import DAY, Party, a_print, registration, root

PROCESSES, EACH = 4, 50
REGISTRY, AOZORA = Party(name="registry"), Party(name="aozora")


@pytest.fixture
def location(place: str) -> str:
    create_registry(place, root(REGISTRY, REGISTRY))
    return place


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
from tests.parties import DAY, Party, registration
database = open_registry(sys.argv[1])
for number in range(25):
    (verdict,) = submit([registration(Party(name=sys.argv[2]), number)], database.batch, today=DAY)
    assert verdict.new, verdict
"""


def test_many_small_batches_take_turns(location, repository):
    running = [start(["-c", SMALL_BATCHES, location, f"p{n}"], repository) for n in range(PROCESSES)]
    ends = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES, ends
    assert open_registry(location).counts() == {REGISTRATION: PROCESSES * 25}


QUOTA = 15
ABOVE_THE_QUOTA = """
import sys
from sekisho.registry.submit import submit
from sekisho.store.database import open_registry
from tests.parties import DAY, Party, registration
database = open_registry(sys.argv[1])
for number in range(10):
    one = registration(Party(name="aozora"), 1000 * int(sys.argv[2]) + number)
    submit([one], database.batch, today=DAY, quota=int(sys.argv[3]))
"""


def test_processes_that_register_at_once_stay_below_the_quota(location, repository):
    each = [["-c", ABOVE_THE_QUOTA, location, str(n), str(QUOTA)] for n in range(PROCESSES)]
    running = [start(arguments, repository) for arguments in each]
    ends = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES, ends
    assert open_registry(location).counts() == {REGISTRATION: QUOTA}


PUBLISHING = """
import sys
from datetime import UTC, datetime, timedelta
from sekisho.registry.publish import publish
from sekisho.registry.submit import submit
from sekisho.store.database import open_registry
from sekisho.store.editions import EditionShelf
from tests.parties import DAY, Party, registration
database = open_registry(sys.argv[1])
now, valid = datetime(2026, 11, 22, 3, 0, tzinfo=UTC), timedelta(days=30)
for number in range(5):
    submit([registration(Party(name=sys.argv[2]), number)], database.batch, today=DAY)
    done = publish(EditionShelf(database=database), Party(name="registry"), now=now, valid=valid)
    print(done.edition.number, done.built.digest)
"""


def test_no_number_of_an_edition_is_given_twice(location, repository):
    running = [start(["-c", PUBLISHING, location, f"p{n}"], repository) for n in range(PROCESSES)]
    ends = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES, ends
    editions = {tuple(line.split()) for out, _ in ends for line in out.splitlines()}
    numbers = sorted(int(number) for number, _ in editions)
    assert numbers == list(range(1, len(numbers) + 1))
    last = open_registry(location).last_edition()
    assert last is not None
    assert (str(last.number), last.digest) in editions


MAKING = """
import sys
from sekisho.errors import ExistsError
from sekisho.store.create import create_registry
from tests.parties import Party, root
try:
    create_registry(sys.argv[1], root(Party(name=sys.argv[2])))
    print(Party(name=sys.argv[2]).key)
except ExistsError:
    pass
"""


def test_of_processes_that_make_a_registry_at_once_one_has_made_it(place, repository):
    running = [start(["-c", MAKING, place, f"p{n}"], repository) for n in range(PROCESSES)]
    ends = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES, ends
    (maker,) = [out.strip() for out, _ in ends if out]
    assert open_registry(place).root()[0].registry == maker


DYING = """
import sys
from sekisho.registry.examined import examine
from sekisho.registry.rules import place
from sekisho.store.database import open_registry
from tests.parties import DAY, Party, registration
with open_registry(sys.argv[1]).batch() as batch:
    for number in range(20):
        statement = examine(registration(Party(name="aozora"), number))
        assert place(statement, batch, today=DAY, admit=lambda _: None)
    print("half", flush=True)
    sys.stdin.read()
"""


def test_a_process_that_is_killed_in_a_batch_leaves_nothing_and_blocks_nobody(location, repository):
    submit([registration(AOZORA, 99)], open_registry(location).batch, today=DAY)
    process = start(["-c", DYING, location], repository)
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    database = open_registry(location)
    assert database.counts() == {REGISTRATION: 1}
    submit([registration(AOZORA, n) for n in range(3)], database.batch, today=DAY)
    assert database.counts() == {REGISTRATION: 4}
