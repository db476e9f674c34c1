"""Publishers' files through the command line, in real processes: killed, interrupted, crashed, attacked."""

import json
import os
import random
import signal
import stat
import subprocess
import sys
import time

import pytest

from sekisho.registry.prints import read_prints
from tests import manga
from tests.books import epub, pdf, zipped, zipped_raw
from tests.counts import count
from tests.pictures import encode, picture
from tests.system.audit_world import kill_all

KILLS = count(6, 100)
VOLUMES, PAGES = 10, 12


def file(number):
    """Return a page that is quickly drawn and like no other."""
    return encode(picture(number, 420, 600))


def volume(number, pages=PAGES, more=()):
    members = {f"{n // 6 + 1}/{n:03}.jpg": file(number * 100 + n) for n in range(pages)}
    return zipped(members | {f"9/{n}.jpg": data for n, data in enumerate(more)})


@pytest.fixture(scope="module")
def series(tmp_path_factory):
    """Ten volumes with a blank page, a colophon and an advertisement in common, and some loose pictures."""
    folder = tmp_path_factory.mktemp("series")
    more = [manga.file(page) for page in (manga.blank(), picture(9999, 420, 600), manga.colophon(1))]
    for n in range(VOLUMES):
        (folder / f"v{n + 1}.cbz").write_bytes(volume(n, more=more))
    for n in range(40):
        (folder / f"loose{n}.jpg").write_bytes(encode(picture(5000 + n, 64, 64)))
    return folder


def words(folder, output, **options):
    flags = [w for k, v in options.items() for w in ([f"--{k}"] if v is True else [f"--{k}", str(v)])]
    return ["fingerprint", str(folder), "-o", str(output), "--holder", "holder", *flags]


@pytest.fixture(scope="module")
def whole(made_world, series, tmp_path_factory):
    output = tmp_path_factory.mktemp("whole") / "prints.jsonl"
    begin = time.monotonic()
    ended = made_world.command(*words(series, output, jobs=2))
    assert ended.code == 0, ended.err
    return output.read_bytes(), time.monotonic() - begin, ended


def test_what_all_volumes_share_is_left_out_and_listed(whole):
    data, _, ended = whole
    prints = read_prints(data).prints
    pages = [p for p in prints if p.at]
    assert len(pages) == VOLUMES * PAGES
    assert [p.name for p in pages[::PAGES]] == [f"v{n + 1}.cbz#1/000.jpg" for n in range(VOLUMES)]
    assert {p.at for p in pages} == {str(n + 1) for n in range(PAGES)}
    assert sum(not p.at for p in prints) == 40
    assert ended.err.count("blank or of too little detail") == VOLUMES
    assert ended.err.count("text only, near the end") == VOLUMES
    assert ended.err.count("also in other volumes") == VOLUMES
    assert f"{VOLUMES} volumes, {VOLUMES * (PAGES + 3)} pages" in ended.out


@pytest.mark.parametrize("jobs", [1, 3])
def test_any_number_of_workers_writes_the_same_bytes(world, series, whole, tmp_path, jobs):
    assert world.command(*words(series, tmp_path / "p", jobs=jobs)).code == 0
    assert (tmp_path / "p").read_bytes() == whole[0]


def test_kills_at_any_moment_change_nothing(world, series, whole, tmp_path, tell):
    chance = random.Random(20261122)  # noqa: S311 - the moments must be repeatable
    data, seconds, _ = whole
    journal = tmp_path / ".p.partial"
    met = finished = 0
    for _ in range(KILLS):
        process = world.start(words(series, tmp_path / "p", jobs=chance.choice((1, 2)), resume=True))
        lines, end = chance.randrange(1, VOLUMES + 2), time.monotonic() + chance.uniform(0.5, 1.2) * seconds
        while process.poll() is None and time.monotonic() < end and done(journal) < lines:
            time.sleep(0.002)
        kill_all(process)
        met += done(journal) > 0 and not (tmp_path / "p").exists()
        if (tmp_path / "p").exists():
            finished += 1
            assert (tmp_path / "p").read_bytes() == data
            (tmp_path / "p").unlink()
            journal.unlink(missing_ok=True)
    ended = world.command(*words(series, tmp_path / "p", resume=True))
    assert ended.code == 0, ended.err
    assert (tmp_path / "p").read_bytes() == data
    assert [path.name for path in tmp_path.iterdir()] == ["p"]
    assert met, "no kill met work that was half done"
    tell(f"{KILLS} kills, {met} of them between two volumes; {finished + 1} runs ended with the same bytes")


def done(journal):
    try:
        return journal.read_bytes().count(b"\n") - 1
    except FileNotFoundError:
        return 0


@pytest.mark.parametrize("everybody", [False, True])
def test_ctrl_c_ends_with_130_and_says_how_to_go_on(world, series, whole, tmp_path, everybody):
    process = world.start(words(series, tmp_path / "p", jobs=2))
    end = time.monotonic() + 60
    while done(tmp_path / ".p.partial") < 1 and time.monotonic() < end:
        time.sleep(0.005)
    if everybody:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "--resume" in err
    assert "Traceback" not in err
    assert not (tmp_path / "p").exists()
    assert world.command(*words(series, tmp_path / "p")).code == 2
    ended = world.command(*words(series, tmp_path / "p", resume=True))
    assert ended.code == 0, ended.err
    assert "were finished before" in ended.err
    assert (tmp_path / "p").read_bytes() == whole[0]


def test_the_main_module_of_whoever_calls_is_not_run_again(world, series, whole, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nfrom sekisho.cli.app import main\nprint('once', flush=True)\n"
        f"sys.exit(main({words(series, tmp_path / 'p', jobs=2)!r}))\n"
    )
    environment = os.environ | {"SEKISHO_HOME": str(world.home)}
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, script], env=environment, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout.count("once")) == (0, 1), ended.stderr
    assert (tmp_path / "p").read_bytes() == whole[0]


def test_a_series_as_one_entry_has_volume_and_page_and_is_registered_as_one(world, series, tmp_path):
    ended = world.command(*words(series, tmp_path / "p"), "--as-one")
    assert ended.code == 0, ended.err
    found = read_prints((tmp_path / "p").read_bytes())
    assert found.as_one
    # The loose pictures of the folder are its first volume.
    assert {p.at.partition("/")[0] for p in found.prints} == {str(n) for n in range(1, VOLUMES + 2)}
    assert next(p.at for p in found.prints if p.name == "v3.cbz#2/007.jpg") == "4/8"
    registered = world.command(
        "register", str(tmp_path / "p"), "--holder", "holder", "--kind", "work", "-o", str(tmp_path / "s")
    )
    assert registered.code == 0, registered.err
    assert len((tmp_path / "s").read_text().splitlines()) == 1


def test_each_volume_is_an_entry_and_no_name_is_registered(world, whole, tmp_path):
    (tmp_path / "p").write_bytes(whole[0])
    ended = world.command(
        "register", str(tmp_path / "p"), "--holder", "holder", "--kind", "work", "-o", str(tmp_path / "s")
    )
    assert ended.code == 0, ended.err
    lines = (tmp_path / "s").read_bytes()
    assert len(lines.splitlines()) == VOLUMES + 40
    assert b"cbz" not in lines


def test_all_pages_can_be_kept(world, series, tmp_path):
    ended = world.command(*words(series, tmp_path / "p"), "--keep-all-pages")
    assert ended.code == 0, ended.err
    assert sum(bool(p.at) for p in read_prints((tmp_path / "p").read_bytes()).prints) == VOLUMES * (PAGES + 3)


HOSTILE = {
    "slip.cbz": (zipped_raw([{"name": b"../../evil.jpg", "data": file(1)}]), "unsafe_name"),
    "absolute.cbz": (zipped_raw([{"name": b"/evil.jpg", "data": file(1)}]), "unsafe_name"),
    "backslash.zip": (zipped_raw([{"name": b"..\\evil.jpg", "data": file(1)}]), "unsafe_name"),
    "drive.zip": (zipped_raw([{"name": b"C:evil.jpg", "data": file(1)}]), "unsafe_name"),
    "link.cbz": (
        zipped_raw(
            [{"name": b"1.jpg", "data": b"/etc/passwd", "system": 3, "attributes": stat.S_IFLNK << 16}]
        ),
        "not_a_regular_file",
    ),
    "secret.cbz": (zipped_raw([{"name": b"1.jpg", "data": file(1), "flags": 1}]), "encrypted"),
    "twice.cbz": (zipped_raw([{"name": b"1.jpg", "data": file(n)} for n in range(2)]), "container_corrupt"),
    "bomb.cbz": (
        zipped_raw([{"name": b"1.bmp", "data": b"", "packed": b"x" * 9, "method": 8, "size": 1 << 31}]),
        "compression_ratio",
    ),
    "nested.zip": (zipped({"1.jpg": file(1), "in.cbz": volume(1, 1)}), "unsupported_format"),
    "cut.cbz": (volume(1, 2)[:-200], "truncated"),
    "half.cbz": (zipped({"1.jpg": file(1), "2.jpg": file(2)[:500]}), "page 2 2.jpg"),
    "rar.cbr": (b"Rar!\x1a\x07\x00" + b"x" * 100, "unsupported_format"),
    "web.epub": (epub([file(1)], reference="http://example.com/a.jpg"), "link_outside"),
    "gone.epub": (epub([file(1)], reference="gone.jpg"), "container_corrupt"),
    "entity.epub": (
        epub([file(1)], more={"OEBPS/package.opf": b'<!DOCTYPE p [<!ENTITY a "b">]><package/>'}),
        "container_corrupt",
    ),
    "locked.pdf": (pdf([file(1)], encrypt=True), "encrypted"),
    "broken.pdf": (b"%PDF-1.7 nothing", "container_corrupt"),
    "empty.pdf": (b"", "empty"),
}


def test_what_can_not_be_read_is_named_and_the_rest_goes_on(world, tmp_path):
    pytest.importorskip("pypdfium2")
    folder = tmp_path / "works"
    folder.mkdir()
    for name, (data, _) in HOSTILE.items():
        (folder / name).write_bytes(data)
    (folder / "good.cbz").write_bytes(zipped_raw([{"name": "表/ソ1.jpg".encode("cp932"), "data": file(3)}]))
    (folder / "good.pdf").write_bytes(pdf([file(4), file(5)]))
    ended = world.command(*words(folder, tmp_path / "p"))
    assert ended.code == 3, ended.err
    assert "Traceback" not in ended.err
    said = dict(
        line.removeprefix("error: ").split(": ", 1) for line in ended.err.splitlines() if "error: " in line
    )
    assert {name: reason in said.get(name, "") for name, (_, reason) in HOSTILE.items()} == dict.fromkeys(
        HOSTILE, True
    )
    names = [p.name for p in read_prints((tmp_path / "p").read_bytes()).prints]
    assert names == ["good.cbz#表/ソ1.jpg", "good.pdf#page 1", "good.pdf#page 2"]
    assert f"{len(HOSTILE)} unreadable" in ended.out
    assert sorted(p.name for p in tmp_path.iterdir()) == ["p", "works"]


def test_the_journal_holds_only_pages_and_nobody_else_can_read_it(world, series, tmp_path):
    process = world.start(words(series, tmp_path / "p", jobs=1))
    journal = tmp_path / ".p.partial"
    end = time.monotonic() + 60
    while done(journal) < 1 and time.monotonic() < end:
        time.sleep(0.005)
    kill_all(process)
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    assert set(json.loads(journal.read_bytes().splitlines()[1])) == {"stamp", "made"}
