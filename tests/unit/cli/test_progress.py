import json
from types import SimpleNamespace

import pytest

from sekisho.cli.progress import Progress
from sekisho.store.runs import RunDirectory


def unit(items):
    return SimpleNamespace(unit=SimpleNamespace(items=items))


def commit(rows, **outcomes):
    return {"rows": rows, "outcomes": outcomes}


@pytest.fixture
def made(tmp_path):
    files = RunDirectory(tmp_path / "run")
    data = tmp_path / "絵本\udce9"
    return Progress(
        files=files, datasets=[data], snapshot=tmp_path / "s", lang="en"
    ), tmp_path / "run" / "status.json"


def read(path):
    return json.loads(path.read_bytes())


def test_the_status_counts_what_is_done_and_what_was_done_before(made):
    progress, status = made
    with progress:
        progress.begin([unit(3), unit(None), unit(2)], {"a": commit(3, allow=2, block=1)})
        assert read(status)["state"] == "running"
        progress.commit(commit(2, allow=1, review=1))
        progress.finish()
    found = read(status)
    assert found["state"] == "finished"
    assert (found["items"], found["units_done"], found["units_total"]) == (5, 2, 3)
    assert found["outcomes"] == {"allow": 3, "block": 1, "review": 1}
    assert found["started"] <= found["updated"]
    assert found["seconds"] >= 0


def test_places_come_back_as_they_were(made, tmp_path):
    progress, status = made
    with progress:
        progress.begin([unit(1)], {})
    assert read(status)["datasets"] == [str(tmp_path / "絵本\udce9")]
    assert "絵本" in status.read_bytes().decode()
    assert read(status)["snapshot"] == str(tmp_path / "s")


def test_an_interruption_is_written_down_and_says_how_to_go_on(made, capsys):
    progress, status = made

    def broken_off():
        with progress:
            progress.begin([unit(1)], {})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert read(status)["state"] == "interrupted"
    assert "--resume" in capsys.readouterr().err


def test_where_no_status_can_be_written_it_still_says_how_to_go_on(made, capsys):
    """A full disk: the trouble that broke the run off stays the one that is told."""
    progress, status = made

    def broken_off():
        with progress:
            progress.begin([unit(1)], {})
            status.unlink()
            status.parent.rmdir()
            status.parent.touch()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert "--resume" in capsys.readouterr().err


def test_trouble_before_the_plan_leaves_no_status(made):
    progress, status = made
    with pytest.raises(ValueError, match="early"), progress:
        raise ValueError("early")
    assert not status.exists()


def test_without_a_terminal_there_are_plain_lines_now_and_then(made, capsys, monkeypatch):
    progress, _ = made
    monkeypatch.setattr("sekisho.cli.progress.PLAIN_SECONDS", 0.0)
    with progress:
        progress.begin([unit(10), unit(10)], {})
        progress.tick(4)
        progress.commit(commit(10, allow=10))
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["4", "10"]
    assert lines[1].endswith("10 passed, 0 on hold, 0 excluded  (1/2)")
    assert all("\x1b" not in line and "\r" not in line for line in lines)


def test_speed_leaves_out_what_was_done_before(made):
    progress, _ = made
    with progress:
        progress.begin([unit(1000)], {"a": commit(1000, allow=1000)})
        assert progress.timing()["items_per_second"] == 0
