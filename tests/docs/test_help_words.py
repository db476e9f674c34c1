"""The Japanese help says all that the English one says, with the same options and the glossary's words."""

import io
import re
import unicodedata
from collections.abc import Iterator
from importlib import resources

import pytest
from babel.messages.pofile import read_po
from cyclopts.help import InlineText
from rich.cells import cell_len
from rich.console import Console

from sekisho.cli.app import COMMANDS, build_app
from sekisho.cli.help import FlowingHelp
from sekisho.cli.help_words import flowing, help_words
from sekisho.cli.options import Options

WIDTH = 60
FRAME = {"Usage:", "Example:", "choices", "env var", "default", "required"}
COMMAND_LINE = re.compile(r"sekisho( [a-z][a-z-]*)*((, [a-z]+( [a-z]+)?)+$)?")
KEPT = re.compile(
    r"--?[a-z][a-z-]*[a-z]\b|\b[A-Z][A-Z_]{2,}\b|(?<!\w)\.[a-z]+|\w+\.[a-z]{2,}\b|\[[a-z0-9]+\]|`[^`]*`",
    re.ASCII,
)
"""What is typed or stands in files: options, metavars, variables, names of files, extras, quoted words."""
NOT_KEPT = {"URL", "--territory"}
ENGLISH_HYPHENS = {"-declared", "-alarm", "-duplicates"}
WORDS = {
    "fingerprint": "照合コード",
    "local features": "特徴点",
    "registry": "登録簿|登録者|登録した",
    "registrant": "登録者|登録簿",
    "operator": "事業者|運営者",
    "receipt": "控え",
    "checkpoint": "台帳の署名|両方の署名|状態",
    "witness": "証人",
    "cosign": "副署",
    "false match": "誤一致",
    "false alarm": "誤検出",
    "grant": "許諾",
    "excerpt": "抜粋",
    "encoder": "エンコーダ",
    "edition": "版",
    "voucher": "確認者",
    "section about persons": "照合データ",
    "photos? of (a )?person": "写真",
    "guardian": "保護者",
    "penalt": "罰則|制裁",
    "batch": "まとめ記録",
    "eras(e|ure)": "消去",
    "withdraw": "取下げ|取り下げ",
    "dispute": "異議|申し立て",
    "on hold": "保留|要確認",
    "personal information": "個人情報",
    "authority": "機関|当局",
    "proven|proof|proves": "証明|証拠|控え",
}
"""English words, and what Japanese has for them."""
FORBIDDEN = re.compile("指紋|証明書|合法|盗用|�")


def plain(text: object) -> str:
    """Return the words of a help text before anything is translated."""
    shown = text.primary_renderable if isinstance(text, InlineText) else text
    return str(shown or "")


class Reading(FlowingHelp):
    """Prints help as it is printed, and keeps the English words of it."""

    def __init__(self) -> None:
        super().__init__(help_words("ja"))
        self.said: set[str] = set()

    def keep(self, text: object) -> None:
        self.said |= {line.strip() for line in flowing(plain(text)).split("\n") if line.strip()}

    def __call__(self, console, options, panel) -> None:
        self.keep(panel.title)
        for entry in panel.entries:
            self.keep(entry.description)
        super().__call__(console, options, panel)

    def render_description(self, console, options, description) -> None:
        self.keep(description)
        super().render_description(console, options, description)


def pages(reading: Reading) -> Iterator[tuple[list[str], list[str]]]:
    """Print the help of every command and subcommand: the command, and the lines."""
    waiting = [[], *([name] for name in COMMANDS)]
    while waiting:
        tokens = waiting.pop(0)
        app = build_app(Options(help_lang="ja"), tokens[0] if tokens else "")
        app.help_formatter = reading
        out = io.StringIO()
        app.help_print(tokens, console=Console(file=out, width=WIDTH))
        yield tokens, out.getvalue().splitlines()
        inner = app
        for token in tokens:
            inner = inner[token]
        waiting += [[*tokens, name] for name in inner if tokens and not name.startswith("-")]


@pytest.fixture(scope="module")
def read() -> Reading:
    """Return the words of every page of help, each of which was drawn in Japanese without a fault."""
    reading = Reading()
    count = 0
    for tokens, lines in pages(reading):
        count += 1
        boxes = [line for line in lines if line[:1] in {"│", "╭", "╰"}]
        assert boxes or len(tokens) > 1, tokens
        assert {cell_len(line) for line in boxes} <= {WIDTH}, tokens
        assert all(line[-1] in "│╮╯" for line in boxes), tokens
        assert max(map(cell_len, lines)) <= WIDTH, tokens
    assert count > 100
    return reading


def english() -> set[str]:
    epilogue = build_app(Options(help_lang="en")).help_epilogue
    return {*FRAME, str(epilogue)}


def test_every_help_text_is_translated_and_no_translation_is_stale(read):
    said = {part for part in read.said if not part.startswith("Example: ")} | english()
    said |= set(COMMANDS.values())  # what is imported already shows its own, longer text
    assert sorted(said - help_words("ja").keys()) == [], "without a translation in help.ja.po"
    assert sorted(help_words("ja").keys() - said) == [], "in help.ja.po, and no help text any more"


def test_the_catalogue_is_what_other_readers_read():
    raw = resources.files("sekisho").joinpath("locale", "catalogues", "help.ja.po").read_bytes()
    assert {m.id: m.string for m in read_po(io.BytesIO(raw), locale="ja") if m.id} == help_words("ja")


def kept(words: str) -> set[str]:
    return set(KEPT.findall(words)) - NOT_KEPT - ENGLISH_HYPHENS


def test_what_is_typed_is_the_same_in_both_languages():
    different = [
        (one, kept(one) ^ kept(other)) for one, other in help_words("ja").items() if kept(one) != kept(other)
    ]
    assert different == []


def test_command_lines_in_sentences_are_the_same():
    def named(words: str) -> set[str]:
        return {found for name in COMMANDS for found in re.findall(rf"sekisho {name}\b", words)}

    assert [one for one, other in help_words("ja").items() if named(one) != named(other)] == []


@pytest.mark.parametrize(("word", "japanese"), WORDS.items())
def test_the_words_are_those_of_the_glossary(word, japanese):
    told = {one: other for one, other in help_words("ja").items() if not one.startswith("Options of every")}
    with_word = {
        one: other
        for one, other in told.items()
        if re.search(rf"(?<![-/.])\b{word}", COMMAND_LINE.sub("", KEPT.sub("", one)))
    }
    assert with_word
    assert [(one, other) for one, other in with_word.items() if not re.search(japanese, other)] == []


def test_no_word_that_the_glossary_forbids():
    assert [said for said in help_words("ja").values() if FORBIDDEN.search(said)] == []


def test_every_translation_is_a_sentence_of_letters_that_have_one_width():
    for one, said in help_words("ja").items():
        assert said == said.strip()
        assert [c for c in said if unicodedata.east_asian_width(c) == "A"] == []
        assert re.search(r"[ぁ-ヺ一-鿿]", said), one
        assert one in FRAME or (one[-1] in ".!?") <= (said[-1] in "。)" or said.endswith("...")), one
