import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from sekisho.cli.app import build_app, main
from sekisho.cli.help import NARROWEST
from sekisho.cli.options import Options


@pytest.fixture
def shown(capsys, monkeypatch, tmp_path):
    """Return the lines of a page of help in a terminal of a language."""
    monkeypatch.chdir(tmp_path)

    def show(*argv: str, lang: str = "C") -> list[str]:
        monkeypatch.setenv("LC_ALL", lang)
        assert main([*argv, "--help"]) == 0
        return capsys.readouterr().out.splitlines()

    return show


def drawn(*argv: str, lang: str, width: int) -> list[str]:
    """Return the lines of a page of help in a terminal of a width."""
    out = io.StringIO()
    app = build_app(Options(help_lang=lang), next(iter(argv), ""))
    app.help_print(argv, console=Console(file=out, width=width))
    return out.getvalue().splitlines()


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_help_fills_its_lines_whatever_those_of_the_source(lang):
    page = "\n".join(drawn("register", lang=lang, width=60))
    longest = max((part for part in page.split("\n\n") if "│" not in part), key=len).splitlines()
    assert len(longest) > 4
    assert all(cell_len(line) > 40 for line in longest[:-1])


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_the_boxes_are_straight(lang, width):
    lines = drawn("key", "delegate", lang=lang, width=width)
    boxes = [line for line in lines if line[:1] in {"│", "╭", "╰"}]
    assert len(boxes) > 10
    assert {cell_len(line) for line in boxes} == {width}
    assert all(line[-1] in "│╮╯" for line in boxes)
    assert all(cell_len(line) <= width for line in lines)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_terminal_that_says_it_has_no_width_gets_help_all_the_same(lang):
    lines = drawn("grant", "revoke", lang=lang, width=0)
    assert len(lines) > 20
    assert {cell_len(line) for line in lines if line[:1] in {"│", "╭", "╰"}} == {NARROWEST}


@pytest.mark.parametrize(
    ("lang", "begun"), [("en", "  You make works: sekisho"), ("ja", "  作品を作っている: sekisho")]
)
def test_the_first_page_says_where_to_begin(lang, begun):
    lines = drawn(lang=lang, width=50)
    (at,) = [number for number, line in enumerate(lines) if line.startswith(begun)]
    assert all(line.startswith("  ") and cell_len(line) <= 50 for line in lines[at : lines.index("", at)])


def test_a_page_of_help_in_japanese(shown):
    lines = shown("key", "new", lang="ja_JP.UTF-8")
    assert lines[:5] == [
        "使い方: sekisho key new [OPTIONS] NAME",
        "",
        "新しい鍵を作ります。",
        "",
        '例: sekisho key new aozora --label "Aozora Press" --encrypt',
    ]
    page = "\n".join(lines)
    assert "╭─ 引数 ─" in page
    assert "╭─ オプション ─" in page
    assert "このマシンでの呼び名。 [必須]" in page
    assert "どのコマンドにも付けられるオプション: --config FILE" in page


def test_choices_and_defaults_are_named_in_japanese_and_stay_as_they_are(shown):
    page = "\n".join(shown("explain", lang="ja_JP.UTF-8"))
    assert "[選択肢: ja, en] [既定: ja]" in page
    assert "choices" not in page


def test_help_in_english(shown):
    page = "\n".join(shown("key", "new"))
    assert page.startswith("Usage: sekisho key new [OPTIONS] NAME\n\nMake a new key.\n")
    assert "What you call it on this machine. [required]" in page


@pytest.mark.parametrize("argv", [["--lang", "ja"], ["--lang=ja"]])
def test_the_language_can_be_said_for_one_page(argv, shown):
    assert shown(*argv)[0].startswith("使い方: sekisho COMMAND")
    assert shown("key", *argv)[0].startswith("使い方: sekisho key COMMAND")
    assert shown("explain", *argv)[0].startswith("使い方: sekisho explain")


def test_settings_say_the_language_of_help(shown, tmp_path):
    (tmp_path / "sekisho.toml").write_text('lang = "ja"\n')
    assert shown("key")[0].startswith("使い方: ")
    assert shown("key", "--lang", "en")[0].startswith("Usage: ")


def test_a_language_without_help_is_refused(capsys):
    assert main(["key", "--help", "--lang", "fr"]) == 2
    assert capsys.readouterr().err == "error: there is no help in 'fr'\nhint: --lang ja or --lang en\n"
