import pytest

from sekisho.cli import naming
from sekisho.cli.naming import judged_names, read_names
from sekisho.errors import MissingExtraError, RefusedError, UsageError
from sekisho.model import Name


def test_a_name_is_a_text_and_perhaps_a_reading():
    assert read_names(["灰原 鉄子 = はいばら てつこ", "Tetsuko", "Tetsuko"], ["鉄の海", "ミオ"]) == (
        Name(text="灰原 鉄子", reading="はいばら てつこ", qualifier=("鉄の海", "ミオ")),
        Name(text="Tetsuko", qualifier=("鉄の海", "ミオ")),
    )
    assert read_names([], []) == ()


@pytest.mark.parametrize("given", ["", " ", "=よみ", "よみ=", "= "])
def test_a_name_without_a_text_or_with_half_a_reading_is_refused(given):
    with pytest.raises(UsageError):
        read_names([given], [])


def test_words_that_have_to_stand_near_need_a_name():
    with pytest.raises(UsageError, match="needs --name"):
        read_names([], ["鉄の海"])


def test_the_registrant_is_told_how_often_a_name_would_raise_a_false_alarm(capsys):
    names = (Name(text="灰原 鉄子", reading="はいばら てつこ"),)
    assert judged_names(names) == names
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("name 灰原 鉄子 (read はいばら てつこ): ")
    assert "0 false alarms in" in line


def test_no_name_asks_no_dictionary(monkeypatch):
    monkeypatch.setattr(naming, "open_dictionary", None)
    assert judged_names(()) == ()


def test_a_common_word_is_refused_after_it_was_measured(capsys):
    with pytest.raises(RefusedError, match="common word"):
        judged_names((Name(text="光", reading="ひかり"),))
    assert "false alarms" in capsys.readouterr().err


def test_without_the_extra_it_is_said_and_names_stay_as_they_are(monkeypatch, capsys):
    def missing():
        raise MissingExtraError("no dictionary")

    monkeypatch.setattr(naming, "open_dictionary", missing)
    names = (Name(text="灰原 鉄子"),)
    assert judged_names(names) == names
    err = capsys.readouterr().err
    assert "sekisho[text]" in err
    assert "without a reading" in err


def test_a_name_can_not_move_the_cursor(capsys):
    judged_names((Name(text="Tetsu\x1b[2Jko Haibara"),))
    assert "\x1b" not in capsys.readouterr().err
