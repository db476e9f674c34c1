"""A small world made through the command line: keys, a registry, works, a grant, an edition, datasets.

Every picture of a dataset says in its name what is to become of it; `EXPECTED` has the reason.
"""

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sekisho.cli.app import main
from tests.pictures import encode, picture

__all__ = [
    "EXPECTED",
    "Ended",
    "World",
    "evidence",
    "file_of",
    "kill_all",
    "left_over",
    "make_world",
    "mixed",
    "rows",
    "tar_of",
]

EXPECTED = {
    "free": ("allow", "no_known_objection"),
    "granted": ("allow", "granted_all"),
    "verified": ("block", "verified_without_permission"),
    "declared": ("review", "declared_without_permission"),
}
"""The first word of an item's file name -> its outcome and reason under the policy opt-in."""

HOLDERS = {"granted": "aozora", "verified": "kaido", "declared": "amateur"}
"""The first word of an item's file name -> who registered the original."""
WORKS = 3
SIDE = (96, 80)
FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
SOURCE = Path(__file__).resolve().parents[2] / "src"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A command that came to its end."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A folder with a home, an edition and what was told about them."""

    folder: Path
    snapshot: Path
    on: str

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def words(self, *dataset, out, **options):
        """Return the words of an audit; an option that is None is left out, True is a switch."""
        given = {
            "snapshot": self.snapshot,
            "operator": "studio",
            "purpose": "train",
            "territory": "JP",
            "on": self.on,
            "lang": "en",
        } | options
        words = ["audit", *map(str, dataset), "-o", str(out)]
        for name, value in given.items():
            if value is not None and value is not False:
                words += [f"--{name.replace('_', '-')}", *([] if value is True else [str(value)])]
        return words

    def start(self, words, **options) -> subprocess.Popen:
        """Start a command in a process group of its own."""
        environment = os.environ | {"PYTHONPATH": str(SOURCE), "SEKISHO_HOME": str(self.home)}
        return subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "sekisho", *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            start_new_session=True,
            text=True,
            **options,
        )

    def command(self, *words, timeout=600, **options) -> Ended:
        """Run a command to its end in a process of its own."""
        process = self.start(words, **options)
        try:
            out, err = process.communicate(timeout=timeout)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return Ended(code=process.returncode, out=out, err=err)

    def audit(self, *dataset, out, **options) -> Ended:
        """Audit in a process of its own; a traceback is never right."""
        ended = self.command(*self.words(*dataset, out=out, **options))
        assert "Traceback" not in ended.err, ended.err
        return ended


def _main(*words: str) -> None:
    code = main(words)
    assert code == 0, f"{words} ended with {code}"


@cache
def file_of(word: str, number: int = 0, form: str = "JPEG", side: tuple[int, int] = SIDE) -> bytes:
    """Draw a picture of the kind that a word names: unknown to the registry, or a copy of a work."""
    seed = 1000 + number % 8 if word == "free" else 10 * [*HOLDERS].index(word) + number % WORKS
    return encode(picture(seed, *side), form)


def make_world(folder: Path) -> World:
    """Let three holders register works, give the operator one grant, and publish an edition.

    SEKISHO_HOME must be `folder/home` already.
    """
    _main("registry", "init", "--name", "Registry of Tests")
    _main("key", "new", "studio", "--label", "Studio of Tests")
    for word, holder in HOLDERS.items():
        works = folder / "works" / holder
        works.mkdir(parents=True)
        for number in range(WORKS):
            (works / f"{number}.png").write_bytes(file_of(word, number, "PNG"))
        prints = str(folder / f"{holder}.jsonl")
        trust = "declared" if word == "declared" else "verified"
        _main("fingerprint", str(works), "-o", prints, "--holder", holder)
        _main("register", prints, "--holder", holder, "--kind", "work", "--trust", trust)
    terms = ["--purpose", "train", "--territory", "JP", "--from", "2000-01-01", "--until", "2099-12-31"]
    _main("grant", "give", "--holder", HOLDERS["granted"], "--to", "studio", *terms)
    snapshot = folder / "edition.snapshot"
    _main("snapshot", "publish", "-o", str(snapshot))
    return World(folder=folder, snapshot=snapshot, on=datetime.now(UTC).date().isoformat())


def _named(count: int, start: int, side: tuple[int, int]) -> list[tuple[str, bytes]]:
    """Draw pictures of all kinds in turn, in several formats."""
    words = [*EXPECTED]
    drawn = []
    for number in range(start, start + count):
        word, form = words[number % len(words)], FORMATS[number // 4 % len(FORMATS)]
        drawn.append((f"{word}-{number:05}.{form.lower()}", file_of(word, number, form, side)))
    return drawn


def tar_of(members, mode: str = "w") -> bytes:
    """Write a WebDataset shard: every picture with a label beside it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members:
            for path, content in ((name, data), (name.partition(".")[0] + ".cls", b"1")):
                info = tarfile.TarInfo(path)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return gzip.compress(out.getvalue(), 1, mtime=0) if mode == "w:gz" else out.getvalue()


def mixed(folder: Path, *, shards: int, each: int, side: tuple[int, int] = SIDE) -> int:
    """Make a dataset of files, tars, gzipped tars and Parquet files; return its number of items."""
    folder.mkdir(parents=True)
    for shard in range(shards):
        members = _named(each, each * shard, side)
        kind = ("plain", "tar", "tar.gz", "parquet")[shard % 4]
        if kind == "plain":
            (folder / f"{shard:03}").mkdir()
            for name, data in members:
                (folder / f"{shard:03}" / name).write_bytes(data)
        elif kind == "parquet":
            images = [{"bytes": data, "path": name} for name, data in members]
            table = pa.table({"image": images, "label": range(len(members))})
            pq.write_table(table, folder / f"{shard:03}.parquet", row_group_size=max(1, each // 2))
        else:
            packed = tar_of(members, "w:gz" if kind == "tar.gz" else "w")
            (folder / f"{shard:03}.{kind}").write_bytes(packed)
    return shards * each


def rows(run: Path) -> dict[str, dict]:
    """Read all decisions of the units that the manifest names, by item; no item may come twice."""
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    found = {}
    for unit in manifest["units"]:
        for row in pq.read_table(run / "decisions" / f"part-{unit['id']}.parquet").to_pylist():
            assert row["item"] not in found, f"{row['item']} was decided twice"
            found[row["item"]] = row
    return found


def evidence(run: Path) -> dict[str, bytes]:
    """Return the bytes of everything that must be the same, however a run came about."""
    files = [run / "manifest.json"]
    files += [p for name in ("decisions", "commits", "clean", "membership") for p in (run / name).rglob("*")]
    return {str(path.relative_to(run)): path.read_bytes() for path in files}


def left_over(run: Path) -> list[str]:
    """Return the names of temporary files."""
    return [str(path) for path in run.rglob("*") if path.name.endswith(".tmp")]


def _members(group: int) -> list[str]:
    """Return the processes of a group that still run; one that nobody has waited for does not."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, _, of, *_ = (process / "stat").read_text().rpartition(") ")[2].split()
            if int(of) == group and state not in "ZX":
                found.append(process.name)
    return found


def kill_all(process: subprocess.Popen) -> None:
    """Kill a command and everything it has started, as a machine that fails does, and wait for the end."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    while _members(process.pid):
        time.sleep(0.01)
