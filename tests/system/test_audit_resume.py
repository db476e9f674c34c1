"""Runs that are broken off: killed, interrupted, out of disk; what is left goes on to the same bytes."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.counts import SOAK, count
from tests.system.audit_world import SOURCE, evidence, kill_all, left_over, mixed, rows

KILLS = count(8, 200)
SHARDS, EACH = 16, 12
LAST_FILES = ("manifest.json", "report.json", "report.html", "receipt.tlog-proof", "seal.json")
"""In the order in which they are written."""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "mixed"
    mixed(folder, shards=SHARDS, each=EACH)
    return folder


@pytest.fixture(scope="module")
def whole(made_world, dataset, tmp_path_factory):
    """An audit that nothing has disturbed, and how long it took."""
    run = tmp_path_factory.mktemp("whole") / "RUN"
    begin = time.monotonic()
    ended = made_world.audit(dataset, out=run, jobs=2)
    assert ended.code == 1, ended.err
    return run, time.monotonic() - begin


def same(run, whole):
    """Compare a finished run with the undisturbed one."""
    assert evidence(run) == evidence(whole)
    assert left_over(run) == []
    totals = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["totals"]
    assert len(rows(run)) == totals["items"] == SHARDS * EACH


@pytest.mark.parametrize("jobs", [1, 4])
def test_any_number_of_workers_leaves_the_same_evidence(world, dataset, whole, tmp_path, jobs):
    assert world.audit(dataset, out=tmp_path / "RUN", jobs=jobs).code == 1
    same(tmp_path / "RUN", whole[0])


def killed(world, words, run, *, after, units):
    """Start an audit and kill all its processes after some seconds, or when some units are done.

    Returns:
        Whether it was still at work.
    """
    process = world.start(words)
    end = time.monotonic() + after
    while process.poll() is None and time.monotonic() < end and committed(run) < units:
        time.sleep(0.002)
    kill_all(process)
    assert process.returncode in (1, -signal.SIGKILL)
    return process.returncode != 1


def committed(run):
    """Count the units that are done."""
    return len([*(run / "commits").glob("[!.]*")])


def test_kills_at_any_moment_change_nothing(world, dataset, whole, tmp_path, tell):
    chance = random.Random(20261122)  # noqa: S311 - the moments must be repeatable
    run, seconds = whole
    kills = finished = met = 0
    here = tmp_path / "RUN0"
    while kills < KILLS:
        begin, total = time.monotonic(), committed(run)
        words = world.words(dataset, out=here, jobs=chance.choice((1, 2, 4)), resume=True)
        after, units = chance.uniform(0.3, 1) * seconds, chance.randrange(1, total)
        by_units = committed(here) < units and kills % 3
        if killed(world, words, here, after=600 if by_units else after, units=units if by_units else 1 << 30):
            kills += 1
            met += 0 < committed(here) < total
        else:
            seconds = min(seconds, time.monotonic() - begin)
        if (here / "seal.json").exists():
            same(here, run)
            shutil.rmtree(here)
            finished += 1
            here = tmp_path / f"RUN{finished}"
    ended = world.audit(dataset, out=here, resume=True)
    assert ended.code == 1, ended.err
    same(here, run)
    assert met, "no kill met a run at work"
    tell(f"{kills} kills, {met} of them between two units; {finished + 1} runs ended with the same bytes")


@pytest.mark.parametrize("missing", range(1, len(LAST_FILES) + 1) if SOAK else [1, 2, 5])
def test_a_crash_while_the_end_is_written(world, dataset, whole, tmp_path, missing):
    run = shutil.copytree(whole[0], tmp_path / "RUN")
    for name in LAST_FILES[-missing:]:
        (run / name).unlink()
    (run / ".manifest.json.0123456789ab.tmp").write_bytes(b"half a man")
    (run / "clean" / ".x.txt.0123456789ab.tmp").write_bytes(b"")
    assert world.audit(dataset, out=run, resume=True).code == 1
    same(run, whole[0])
    assert world.command("verify", str(run), "--lang", "en").code == 0


@pytest.mark.parametrize(
    ("folder", "damage"), [("decisions", "cut"), ("commits", "cut"), ("commits", "other"), ("clean", "gone")]
)
def test_a_unit_with_a_damaged_file_is_done_again(world, dataset, whole, tmp_path, folder, damage):
    run = shutil.copytree(whole[0], tmp_path / "RUN")
    (run / "seal.json").unlink()
    victim = max((run / folder).iterdir(), key=lambda path: path.stat().st_size)
    data = victim.read_bytes()
    victim.unlink()
    if damage != "gone":
        victim.write_bytes(data[: len(data) // 2] if damage == "cut" else data[:-3] + b"abc")
    assert world.audit(dataset, out=run, resume=True).code == 1
    same(run, whole[0])


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_an_interruption_says_how_to_go_on(world, tmp_path, lang):
    data, run = tmp_path / "data", tmp_path / "RUN"
    items = mixed(data, shards=30, each=16)
    words = world.words(data, out=run, jobs=2, lang=lang)
    process = world.start(words)
    while committed(run) < 3:
        assert process.poll() is None, process.communicate()
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    assert "--resume" in err
    assert str(run) in err
    assert "Traceback" not in err
    assert left_over(run) == []
    assert json.loads((run / "status.json").read_text(encoding="utf-8"))["state"] == "interrupted"
    assert not (run / "manifest.json").exists()
    if lang == "en":
        ended = world.command(*words, "--resume")
        assert ended.code == 1, ended.err
        assert len(rows(run)) == items


def test_ctrl_c_at_any_moment_is_never_a_traceback(world, dataset, tmp_path, tell):
    """The keyboard reaches every process of the group, also those that are still starting."""
    chance = random.Random(7)  # noqa: S311 - the moments must be repeatable
    interrupted = 0
    for number in range(count(4, 60)):
        run = tmp_path / f"RUN{number}"
        process = world.start(world.words(dataset, out=run, jobs=2))
        while not (run / "configuration.json").exists():
            assert process.poll() is None, process.communicate()
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 1.5))
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert "Traceback" not in err, err
        assert process.returncode in (130, 1), err
        interrupted += process.returncode == 130
        if process.returncode == 130:
            assert not (run / "seal.json").exists()
    assert interrupted
    tell(f"{interrupted} runs interrupted")


def test_a_dataset_that_changed_between_two_tries(world, dataset, whole, tmp_path):
    """What is no longer planned is no part of the run."""
    data = shutil.copytree(dataset, tmp_path / "mixed")
    run = tmp_path / "RUN"
    assert world.audit(data, out=run).code == 1
    (run / "seal.json").unlink()
    (data / "001.tar").unlink()
    (data / "000" / "free-00000.jpeg").write_bytes(b"not a picture any more")
    assert world.audit(data, out=run, resume=True).code == 3
    assert len(rows(run)) == SHARDS * EACH - EACH
    assert world.command("verify", str(run)).code == 0
    assert len(evidence(run)) < len(evidence(whole[0]))


@pytest.mark.parametrize("size", [1000, 4000, 8000, 14_000] if SOAK else [8000])
def test_a_full_disk_is_an_error_and_leaves_nothing_that_looks_finished(
    world, dataset, whole, tmp_path, size
):
    """A limit on the size of files stands for the disk: the first write beyond it fails.

    First the configuration, then what workers share, a unit's decisions, the manifest.
    """
    run = tmp_path / "RUN"
    begun = size > (whole[0] / "configuration.json").stat().st_size

    def narrow():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    ended = world.command(*world.words(dataset, out=run, jobs=2), preexec_fn=narrow)
    assert ended.code == 2, ended.err
    assert "error:" in ended.err
    assert "File too large" in ended.err
    # Where not even the configuration fits, nothing was begun that could go on.
    assert (run / "configuration.json").exists() == ("--resume" in ended.err) == begun
    assert "Traceback" not in ended.err
    assert left_over(run) == []
    assert not any((run / name).exists() for name in ("seal.json", "manifest.json"))
    assert world.audit(dataset, out=run, resume=True).code == 1
    same(run, whole[0])


def test_an_interrupt_while_a_class_is_made_is_130_too(tmp_path):
    """CPython notes an interrupt in code that is compiled at run time, and ends `python -m` by the signal."""
    (tmp_path / "interrupted.py").write_text(
        "import sys\n"
        "from unittest.mock import patch\n"
        "from sekisho.cli import app\n"
        "with patch.object(app, '_run', lambda *_: exec('raise KeyboardInterrupt')):\n"
        "    sys.exit(app.main(['key', 'list']))\n"
    )
    environment = os.environ | {"PYTHONPATH": f"{SOURCE}{os.pathsep}{tmp_path}"}
    words = [sys.executable, "-m", "interrupted"]
    assert subprocess.run(words, env=environment, check=False, timeout=60).returncode == 130  # noqa: S603


def test_an_interrupt_while_a_kernel_is_loaded_is_not_lost(tmp_path):
    """LLVM calls back into Python there; an exception can not pass through it."""
    (tmp_path / "interrupted.py").write_text(
        "import signal, sys, threading\n"
        "from unittest.mock import patch\n"
        "from llvmlite.binding.executionengine import ExecutionEngine\n"
        "from sekisho.cli import app\n"
        "from sekisho.fingerprint import warm_up\n"
        "find = ExecutionEngine._find_module_ptr\n"
        "def interrupted(*of):\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "    return find(*of)\n"
        "def run(*_):\n"
        "    with patch.object(ExecutionEngine, '_find_module_ptr', interrupted):\n"
        "        warm_up()\n"
        "    threading.Event().wait(10)\n"
        "with patch.object(app, '_run', run):\n"
        "    sys.exit(app.main(['key', 'list']))\n"
    )
    environment = os.environ | {"PYTHONPATH": f"{SOURCE}{os.pathsep}{tmp_path}"}
    words = [sys.executable, "-m", "interrupted"]
    ended = subprocess.run(words, env=environment, check=False, timeout=60, capture_output=True, text=True)  # noqa: S603
    assert ended.returncode == 130, ended.stderr
    assert "Traceback" not in ended.stderr
