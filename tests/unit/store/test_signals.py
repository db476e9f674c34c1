import pickle
import shutil
from datetime import timedelta

import pytest

from sekisho.detect.signals.kept import Why
from sekisho.detect.signals.sites import Reached, site_signals
from sekisho.errors import InputError, NotFoundError
from sekisho.store import signals as module
from sekisho.store.signals import SignalWriter, open_signal_snapshot
from tests.sites import DAY, copied

ROBOTS = "https://a.example/robots.txt"
REFUSES = b"User-agent: *\nDisallow: /\n"


def added(path, *copies):
    writer = SignalWriter(path)
    for kept in copies:
        writer.append(kept)
    writer.seal()
    return open_signal_snapshot(path)


def test_a_second_collect_adds_and_the_first_stays(tmp_path):
    first = added(tmp_path / "s", copied(ROBOTS, b"#"), copied("https://b.example/robots.txt"))
    bytes_ = (tmp_path / "s" / "000001.signals").read_bytes()
    later = DAY + timedelta(days=1)
    second = added(tmp_path / "s", copied(ROBOTS, REFUSES, at=later))
    assert (tmp_path / "s" / "000001.signals").read_bytes() == bytes_
    assert [copy.body for copy in second.copies(ROBOTS)] == [b"#", REFUSES]
    assert second.captured_range == (DAY, later)
    assert (first.copies_kept, second.copies_kept, len(second.parts)) == (2, 3, 2)
    assert first.digest != second.digest
    assert second.copies("https://c.example/robots.txt") == ()
    assert len(list(second.every())) == 3


def test_an_audit_reads_it_in_another_process_too(tmp_path):
    snapshot = added(tmp_path / "s", copied(ROBOTS, REFUSES))
    again = pickle.loads(pickle.dumps(snapshot))  # noqa: S301 - our own
    assert again.digest == snapshot.digest
    assert site_signals("https://a.example/1.png", again).signals
    assert open_signal_snapshot(tmp_path / "s" / "000001.signals").digest == snapshot.digest


def test_a_file_that_is_asked_for_often_is_read_once_within_a_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_CACHED_BYTES", 5_000)
    urls = [f"https://h{n}.example/robots.txt" for n in range(20)]
    snapshot = added(tmp_path / "s", *(copied(url, b"#" * 1000) for url in urls))
    assert snapshot.copies(urls[0]) is snapshot.copies(urls[0])
    held = snapshot.copies(urls[0])
    assert all(snapshot.copies(url)[0].url == url for url in urls)
    assert snapshot.copies(urls[0]) is not held
    assert snapshot.copies(urls[0]) == held
    both = [snapshot.copies(url) for url in urls[:2]]
    assert all(snapshot.copies(url) is held for url, held in zip(urls, both, strict=False))


def test_another_digest_is_refused(tmp_path):
    snapshot = added(tmp_path / "s", copied(ROBOTS))
    assert open_signal_snapshot(tmp_path / "s", digest=snapshot.digest).copies_kept == 1
    assert open_signal_snapshot(tmp_path / "s", digest="").copies_kept == 1
    added(tmp_path / "s", copied(ROBOTS, at=DAY + timedelta(days=1)))
    with pytest.raises(InputError, match="is another signal snapshot"):
        open_signal_snapshot(tmp_path / "s", digest=snapshot.digest)


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(NotFoundError, match="there is no signal snapshot"):
        open_signal_snapshot(tmp_path / "s")
    (tmp_path / "s").mkdir()
    with pytest.raises(InputError, match="holds nothing"):
        open_signal_snapshot(tmp_path / "s")
    writer = SignalWriter(tmp_path / "s")
    writer.append(copied(ROBOTS))
    writer.commit()
    with pytest.raises(InputError, match="interrupted collect"):
        open_signal_snapshot(tmp_path / "s")
    writer.close()


def test_damage_is_said_with_the_name_of_the_part(tmp_path):
    added(tmp_path / "s", copied(ROBOTS, b"#" * 300))
    path = tmp_path / "s" / "000001.signals"
    data = path.read_bytes()
    for wrong in (
        b"",
        data[:-1],
        data[:40],
        data[:8] + data[9:],
        data[:-80] + bytes([data[-80] ^ 1]) + data[-79:],
    ):
        path.write_bytes(wrong)
        with pytest.raises(InputError, match=r"000001\.signals"):
            open_signal_snapshot(tmp_path / "s")
    path.write_bytes(data[:60] + bytes([data[60] ^ 1]) + data[61:])
    with pytest.raises(InputError, match=r"000001\.signals: a record"):
        open_signal_snapshot(tmp_path / "s").copies(ROBOTS)


def test_a_part_that_is_full_is_sealed(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PART_COPIES", 2)
    urls = [f"https://h{n}.example/robots.txt" for n in range(5)]
    snapshot = added(tmp_path / "s", *map(copied, urls))
    assert [count for _, count, _ in snapshot.parts] == [2, 2, 1]
    assert all(snapshot.copies(url) for url in urls)


def test_what_was_read_last_is_known_while_collecting(tmp_path):
    failed = copied(ROBOTS, reached=Reached.UNREACHABLE, why=Why.TLS)
    added(tmp_path / "s", failed)
    writer = SignalWriter(tmp_path / "s")
    assert writer.newest(ROBOTS) == (failed, False)
    found = copied(ROBOTS, b"#", at=DAY + timedelta(days=1))
    writer.append(found)
    assert writer.newest(ROBOTS) == (found, True)
    assert writer.newest("https://b.example/robots.txt") is None
    writer.commit()
    writer.close()
    again = SignalWriter(tmp_path / "s")
    assert (again.resumed, again.newest(ROBOTS)) == (1, (found, True))
    again.close()


def test_a_part_may_have_another_name_and_the_next_is_numbered_still(tmp_path):
    folder = tmp_path / "new" / "s"
    added(folder, copied(ROBOTS, b"#"))
    (folder / "000001.signals").rename(folder / "from-a-friend.signals")
    snapshot = added(folder, copied("https://b.example/robots.txt"))
    assert sorted(name for name, _, _ in snapshot.parts) == ["000001.signals", "from-a-friend.signals"]


def test_what_is_committed_is_in_the_file(tmp_path):
    writer = SignalWriter(tmp_path / "s")
    writer.append(copied(ROBOTS, b"#"))
    writer.commit()
    (part,) = (tmp_path / "s").iterdir()
    shutil.copy(part, tmp_path / part.name)
    writer.close()
    (tmp_path / "t").mkdir()
    shutil.move(tmp_path / part.name, tmp_path / "t" / part.name)
    again = SignalWriter(tmp_path / "t")
    assert again.newest(ROBOTS) == (copied(ROBOTS, b"#"), True)
    again.close()
