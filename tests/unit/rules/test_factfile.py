from datetime import UTC, date, datetime

import pytest

from sekisho.errors import ConfigError
from sekisho.rules.factfile import MAX_FACTS, FactFile, read_facts, written_facts
from sekisho.rules.vocabulary import shipped_vocabulary
from sekisho.rules.words import Interval
from tests.law_cases import NAMES, known

VOCABULARY = shipped_vocabulary()
HEAD = 'format = "sekisho.facts/1"\n'


def read(text):
    return read_facts(text.encode() if isinstance(text, str) else text, "f.toml", VOCABULARY)


def test_facts_are_read_by_their_dotted_names():
    found = read(
        f'{HEAD}on = 2026-06-01\njurisdictions = ["JP"]\n[facts.subject]\nage = {{ max = 17 }}\nreal = true\n'
    )
    assert found.facts == {"subject.age": Interval(high=17), "subject.real": True}
    assert (found.on, found.jurisdictions) == (date(2026, 6, 1), ("JP",))


def test_only_facts_are_needed():
    assert read(f"{HEAD}[facts]\n") == FactFile(facts={})


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_read_again(name):
    case = known(name)
    again = read(written_facts(case))
    assert (again.facts, again.on, again.jurisdictions) == (case.facts, case.on, case.jurisdictions)


def test_bounds_are_written_to_the_last_digit():
    facts = {
        "operator.turnover_eur": Interval(low=1_234_567_891, high=1e18),
        "subject.age": Interval(high=17.25),
    }
    assert read(written_facts(FactFile(facts=facts))).facts == facts


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("[facts.subject]\nage = nan", "subject.age is a number"),
        ('[facts]\nsubject.age = 12\n"subject.age" = 19', "subject.age is there twice"),
        ("[facts" + ".a" * 20_000 + "]\nb = 1", "more than 60 points"),
        ('title = { en = "\\u001b[2J", ja = "x" }\n[facts]', r"U\+001B"),
        ('jurisdictions = ["JP\\u009b2J"]\n[facts]', r"U\+009B"),
        ("[facts.notice]\nreceived_at = 0001-01-01T00:00:00+14:00", "year 1 "),
        ("[facts.notice]\nreceived_at = 9999-12-31T23:00:00-12:00", "year 9999"),
        ("[facts.subject]\n" + "\n".join(f"k{n} = 1" for n in range(6500)), "no fact is called"),
        ("[facts.subject]\nreal = {}", "subject.real is a bool"),
    ],
)
def test_what_would_mislead_or_take_long_is_refused(body, words):
    with pytest.raises(ConfigError, match=words):
        read(HEAD + body)


def test_every_type_is_written_as_it_is_read():
    facts = {
        "subject.age": Interval(low=13, high=17),
        "subject.real": False,
        "order.under": 'a"b\\c',
        "pi.n_individuals": 1001,
        "operator.turnover_eur": 1.5,
        "notice.received_at": datetime(2026, 6, 1, tzinfo=UTC),
        "operator.system_placed_at": date(2026, 1, 2),
    }
    assert read(written_facts(FactFile(facts=facts))).facts == facts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD, "missing required field `facts`"),
        ("[facts]\n", "missing required field `format`"),
        ('format = "other/1"\n[facts]\n', "the format is 'other/1'"),
        (f"{HEAD}more = 1\n[facts]\n", "unknown field `more`"),
        (f"{HEAD}[facts.subject]\nage = 'old'\n", "subject.age is a number"),
        (f"{HEAD}[facts.subject]\nages = 3\n", "no fact is called 'subject.ages'"),
        (f"{HEAD}[facts.subject]\nage = {{ min = 18, max = 17 }}\n", "is empty"),
        (f"{HEAD}[facts.act]\nkind = 'collect'\n", "act.kind can not be 'collect'"),
        (f"{HEAD}[facts.notice]\nreceived_at = 2026-06-01T10:00:00\n", "needs an offset from UTC"),
        (f"{HEAD}[facts.item]\nphotographed = true\ndrawing = true\n", "the facts contradict each other"),
        (f"{HEAD}on = 'soon'\n[facts]\n", "on"),
        (f"{HEAD}[facts]\nx = [", "is not TOML"),
        (b"\xff\xfe", "is not TOML"),
        (HEAD + "#" * MAX_FACTS, "at most"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(text, words):
    with pytest.raises(ConfigError) as error:
        read(text)
    assert "f.toml" in str(error.value)
    assert words in str(error.value)


@pytest.mark.parametrize("depth", [100, 10_000])
def test_tables_within_tables_are_refused_and_never_crash(depth):
    bombs = [
        HEAD + "[facts." + "a." * depth + "a]\n",
        HEAD + "facts = " + "{ a = " * depth + "1" + " }" * depth,
        HEAD + "[facts]\nx = " + "[" * depth + "]" * depth,
    ]
    for bomb in bombs:
        with pytest.raises(ConfigError):
            read(bomb)
