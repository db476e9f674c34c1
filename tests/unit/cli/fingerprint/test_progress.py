from sekisho.cli.fingerprint import progress as fingerprint_progress
from sekisho.cli.fingerprint.progress import PagesProgress


def test_a_plain_line_comes_each_half_minute(monkeypatch, capsys):
    moment = [0.0]
    monkeypatch.setattr(fingerprint_progress.time, "monotonic", lambda: moment[0])
    with PagesProgress(4, 1000) as progress:
        for seconds in range(0, 91, 10):
            moment[0] = float(seconds)
            progress.show(5, 50)
            progress.done(0, 1, 5)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert lines[0] == "8 pages, 0 of 4 files, 0 pages/s, about 7 min left"


def test_nothing_is_reckoned_from_nothing(monkeypatch, capsys):
    moment = [0.0]
    monkeypatch.setattr(fingerprint_progress.time, "monotonic", lambda: moment[0])
    with PagesProgress(2, 100) as progress:
        moment[0] = 60.0
        progress.show(0, 0)
    assert capsys.readouterr().err == "0 pages, 0 of 2 files, 0 pages/s\n"


def test_finished_files_are_counted(monkeypatch, capsys):
    moment = [0.0]
    monkeypatch.setattr(fingerprint_progress.time, "monotonic", lambda: moment[0])
    with PagesProgress(2, 100) as progress:
        progress.done(1, 200, 50)
        moment[0] = 60.0
        progress.show(100, 25)
    assert capsys.readouterr().err == "300 pages, 1 of 2 files, 5 pages/s, about 0 min left\n"
