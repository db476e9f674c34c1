from pathlib import Path

import pytest

from sekisho.cli.audit.forms import FORMS, Form, read_forms
from sekisho.errors import UsageError


@pytest.mark.parametrize("name", FORMS)
def test_a_form_goes_to_stdout_or_to_a_file(name, tmp_path):
    assert read_forms([name], []) == [Form(name)]
    assert read_forms([f"{name}={tmp_path}/a=b"], []) == [Form(name, tmp_path / "a=b")]


def test_several_forms_keep_their_order(tmp_path):
    words = [f"sarif={tmp_path}/a", "table", f"json={tmp_path}/b"]
    assert [form.name for form in read_forms(words, [])] == ["sarif", "table", "json"]


@pytest.mark.parametrize("word", ["", "html", "TABLE", "sarif=", "=a", "sarif:a", "table "])
def test_what_is_no_form(word):
    with pytest.raises(UsageError, match="is not a format") as error:
        read_forms([word], [])
    assert "sarif" in error.value.hint


def test_two_forms_do_not_share_a_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words in ["table", "json"], ["table", "table"], ["json=a", f"sarif={tmp_path}/a"]:
        with pytest.raises(UsageError, match="two formats"):
            read_forms(words, [])


@pytest.mark.parametrize("file", ["run/out.sarif", "run", "data/x.json", "run/../data/y"])
def test_nothing_is_written_into_run_or_dataset(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "run").mkdir()
    with pytest.raises(UsageError, match=r"lies inside|can not be written"):
        read_forms([f"sarif={file}"], [Path("run"), Path("data")])


@pytest.mark.parametrize("file", ["none/x", ".", "/dev/null"])
def test_a_file_that_can_not_be_written_is_refused_before_the_work(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="can not be written"):
        read_forms([f"sarif={file}"], [])
