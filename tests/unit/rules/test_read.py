import time

import pytest

from sekisho.errors import ConfigError
from sekisho.rules.read import MAX_PACK, read_pack
from tests.law import PACK, TESTS, VOCABULARY, pack


def test_a_pack_is_read_with_its_lines_and_its_digest():
    small = pack()
    assert (small.id, small.jurisdiction, small.zone) == ("xx", "XX", "Asia/Tokyo")
    assert small.rules[0].line == PACK.splitlines().index("[[rule]]") + 1
    assert len(small.rules[0].tests) == 5
    assert pack().digest == small.digest != pack(PACK + TESTS + "\n").digest


def swapped(old, new, text=PACK + TESTS):
    assert old in text
    return text.replace(old, new)


TWICE = PACK + PACK[PACK.index("[[rule]]") :]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (swapped("subject.age < adult", "subject.agee < adult"), "rule xx.minor.*no fact is called"),
        (swapped("subject.age < adult", "subject.age < old"), "no parameter"),
        (swapped("subject.age < adult", "__import__('os')"), "line 27, rule xx.minor.*outside the grammar"),
        (swapped('cite = "art. 2(1)", ', ""), r"line 18, rule xx.minor.*cite"),
        (swapped('source = "act"', 'source = "lost"'), "no source is called 'lost'"),
        (swapped('then = { en = "It is prohibited.", ja = "禁止されます。" }', ""), "then"),
        (swapped("from = 2020-01-01\nsource", "source"), "from"),
        (
            swapped("from = 2020-01-01\nsource", "from = 2020-01-01\nto = 2019-01-01\nsource"),
            "before it begins",
        ),
        (swapped("from = 2020-01-01\nsource", "from = 1999-01-01\nsource"), "no value on 1999-01-01"),
        (swapped("{ from = 2022-04-01", "{ from = 1990-04-01"), "not in order"),
        (swapped("hours = 48", "hours = 48, days = 2"), "one of hours"),
        (swapped("notice.at", "subject.age", PACK), "is no moment"),
        (swapped(', otherwise = { en = "say why not", ja = "理由を示す" }', ""), "go together"),
        (swapped("2 * operator.turnover", "2 ** operator.turnover"), "grammar of amounts"),
        (swapped('id = "act", cite', 'id = "child", cite'), "element's id is there twice"),
        (TWICE, "this id is there twice"),
        (swapped('source = "act"', 'source = "act"\nexception_to = "xx.minor"'), "a circle"),
        (swapped('source = "act"', 'source = "act"\nexception_to = "xx.other"'), "no rule 'xx.other'"),
        (swapped('needs = ["subject.age"]', 'needs = ["subject.shoe"]'), "no fact is called"),
        (swapped("due = { remove", "due = { repair"), "no duty 'repair'"),
        (swapped('jurisdiction = "XX"', 'jurisdiction = "Nowhere"'), "jurisdiction"),
        (swapped("sekisho.rulepack/1", "sekisho.rulepack/9"), "format"),
        (swapped("reviewed_by = []", "reviewed_by = []\nlawyer = 3"), "lawyer"),
        (swapped('status = "verified"', 'status = "sure"'), "sure"),
        (swapped("value = 20", "value = inf"), "1e"),
        (swapped("value = 20", "value = nan"), ">= 0"),
        (swapped("reviewed_by = []", 'reviewed_by = [""]'), "reviewed_by"),
        (swapped('cite = "art. 2(1)"', 'cite = " "'), "cite"),
        (swapped('"xx.minor"', '"xx.minor\\n"'), r"U\+000A"),
        (swapped('jurisdiction = "XX"', 'jurisdiction = "XX\\n"'), r"U\+000A"),
        (swapped('en = "Minors"', 'en = "Mi\\u001b[2Jnors"'), r"U\+001B"),
        (swapped("law_as_of = 2026-05-01", "law_as_of = 9999-12-31"), "year 9999"),
        (swapped("from = 2020-01-01\nsource", "from = 0001-01-01\nsource"), "year 1 "),
        (swapped('tz = "Asia/Tokyo"', 'tz = "localtime"'), "no time zone"),
        (swapped('jurisdiction = "XX"', 'jurisdiction = "*"'), "no law is in force everywhere"),
        (
            swapped("penalty = [{", 'penalty = [{ id = "fine", text = { en = "a", ja = "b" } }, {'),
            "penalty is there",
        ),
        (swapped("age = 18", "age = nan"), "subject.age is a number"),
        ("[[rule]", "is not TOML"),
        ("a = " + "[" * 100_000, "is not TOML"),
        ("", "format"),
    ],
)
def test_an_error_names_the_file_and_the_place(text, words):
    with pytest.raises(ConfigError, match=words) as caught:
        pack(text)
    assert "xx.toml" in str(caught.value)


def test_a_pack_has_a_size_and_an_encoding():
    with pytest.raises(ConfigError, match="at most"):
        read_pack(b"#" * (MAX_PACK + 1), "big.toml", VOCABULARY)
    with pytest.raises(ConfigError, match="UTF-8"):
        read_pack(b"\xff\xfe", "odd.toml", VOCABULARY)


def test_three_exceptions_in_a_circle_are_found():
    body = PACK[PACK.index("[[rule]]") :]
    text = PACK[: PACK.index("[[rule]]")]
    for name, base in (("xx.a", "xx.b"), ("xx.b", "xx.c"), ("xx.c", "xx.a")):
        text += body.replace('id = "xx.minor"', f'id = "{name}"\nexception_to = "{base}"')
    with pytest.raises(ConfigError, match="circle"):
        pack(text)


def test_exceptions_to_exceptions_have_an_end():
    body = PACK[PACK.index("[[rule]]") :]
    text = PACK
    for n in range(9):
        base = f"x{n - 1}" if n else "xx.minor"
        text += body.replace('id = "xx.minor"', f'id = "x{n}"\nexception_to = "{base}"')
    with pytest.raises(ConfigError, match="more than 8 exceptions"):
        pack(text)


def test_a_line_is_looked_for_only_when_something_is_wrong():
    body = PACK[PACK.index("[[rule]]") :].replace("subject.real and", "subject.\\u0072eal and")
    rules = "".join(body.replace('"xx.minor"', f'"x{n}"') for n in range(100))
    begun = time.process_time()
    assert len(pack(PACK[: PACK.index("[[rule]]")] + rules + "#\n" * 100_000).rules) == 100
    assert time.process_time() - begun < 3
