import pytest

from sekisho.errors import EvidenceError, NotFoundError
from sekisho.store.log.export import export_log
from sekisho.store.log.fsck import fsck
from sekisho.store.log.static import StaticLog
from tests.stored_logs import entries, entry, expected, files, new_log


@pytest.fixture
def log(tmp_path):
    made = new_log(tmp_path / "log")
    made.append_all(entries(0, 300))
    made.publish()
    return made


def test_a_copy_has_the_public_files_only_and_is_whole(log, tmp_path):
    copy = tmp_path / "public"
    assert export_log(log.static, copy) == expected(300)
    wanted = {name: data for name, data in files(log.path).items() if name != "high-water"}
    assert {str(p.relative_to(copy)): p.read_bytes() for p in copy.rglob("*") if p.is_file()} == wanted
    assert fsck(StaticLog(copy, log.static.key)) == expected(300)


def test_an_older_copy_is_brought_up_to_date(log, tmp_path):
    export_log(log.static, tmp_path / "public")
    log.append_all(entries(300, 600))
    log.publish()
    export_log(log.static, tmp_path / "public")
    assert fsck(StaticLog(tmp_path / "public", log.static.key)) == expected(600)


def test_a_longer_or_another_copy_is_not_written_over(log, tmp_path):
    other = new_log(tmp_path / "other")
    other.append_all([entry(9), *entries(1, 300)])
    other.publish()
    export_log(other.static, tmp_path / "public")
    kept = files(tmp_path / "public")
    for more in (300, 5):
        with pytest.raises(EvidenceError, match="do not belong"):
            export_log(log.static, tmp_path / "public")
        shorter = new_log(tmp_path / f"short-{more}")
        shorter.append_all([entry(9)])
        shorter.publish()
        with pytest.raises(EvidenceError, match="has 300 entries"):
            export_log(shorter.static, tmp_path / "public")
    assert files(tmp_path / "public") == kept


def test_an_empty_log_has_nothing_to_show(tmp_path):
    with pytest.raises(NotFoundError):
        export_log(new_log(tmp_path / "log").static, tmp_path / "public")
