"""Packs and files of facts with anything wrong in them are refused in words, and never crash."""

import random
import string

import pytest

from sekisho.errors import ConfigError
from sekisho.rules.conclude import conclude, packs_for
from sekisho.rules.evaluate import evaluate
from sekisho.rules.factfile import read_facts, written_facts
from sekisho.rules.kit import kit
from sekisho.rules.read import read_pack
from sekisho.rules.shipped import check_unique, shipped_packs
from sekisho.rules.shown import lines
from sekisho.rules.vocabulary import shipped_vocabulary
from tests.counts import count
from tests.law import ON, PACK, TESTS, VOCABULARY
from tests.law_cases import CASES, NAMES, known

ROUNDS = count(300, 20_000)
WORDS = (
    "true",
    "false",
    "nan",
    "inf",
    "-1",
    '""',
    "[]",
    "{}",
    "9" * 40,
    "1979-05-27",
    "\x00",
    "\ud7ff",
    "'''",
)
KIT = kit("BR", ON)


def mutated(text: str, chance: random.Random) -> str:
    """Return a text with some of it left out, doubled, exchanged or replaced."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text))
        end = min(len(text), at + chance.choice((1, 1, 3, 20, 200)))
        piece = text[at:end]
        new = chance.choice(
            ("", piece * 2, piece[::-1], chance.choice(string.printable), chance.choice(WORDS))
        )
        text = text[:at] + new + text[end:]
    return text


def line_mutated(text: str, chance: random.Random) -> str:
    """Return a text with lines left out, doubled or moved, so that it often stays TOML."""
    rows = text.splitlines()
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(rows))
        row = rows.pop(at)
        for _ in range(chance.choice((0, 1, 2))):
            rows.insert(chance.randrange(len(rows) + 1), row.replace("true", chance.choice(WORDS), 1))
    return "\n".join(rows)


def tried(read, *arguments):
    """Return what was read and no words, or nothing and why not; anything else is a crash."""
    try:
        return read(*arguments), ""
    except ConfigError as error:
        return None, str(error)


@pytest.mark.parametrize("change", [mutated, line_mutated])
def test_a_mutated_pack_is_a_pack_or_refused_in_words(change):
    chance, read = random.Random(7), 0  # noqa: S311 - damage must be repeatable
    for _ in range(ROUNDS):
        data = change(chance.choice((PACK + TESTS, KIT)), chance).encode("utf-8", "surrogatepass")
        vocabulary = chance.choice((VOCABULARY, shipped_vocabulary()))
        pack, why = tried(read_pack, data, "x.toml", vocabulary)
        assert pack is not None or "x.toml" in why
        if pack is not None:
            read += 1
            for rule in pack.rules:
                evaluate(pack, rule, {}, ON)
    assert read


@pytest.mark.parametrize("change", [mutated, line_mutated])
def test_mutated_facts_are_facts_or_refused_in_words(change):
    texts = [(CASES / f"{name}.toml").read_text(encoding="utf-8") for name in NAMES]
    chance, read = random.Random(8), 0  # noqa: S311 - damage must be repeatable
    packs = packs_for(shipped_packs(), ["JP-31"])
    for number in range(ROUNDS):
        data = change(chance.choice(texts), chance).encode("utf-8", "surrogatepass")
        facts, why = tried(read_facts, data, "f.toml", shipped_vocabulary())
        if facts is None:
            assert "f.toml" in why
            continue
        read += 1
        assert read_facts(written_facts(facts).encode(), "again", shipped_vocabulary()).facts == facts.facts
        if number % 20 == 0:
            assert list(lines(conclude(packs, facts.facts, ON, shipped_vocabulary()), ON, "en"))
    assert read


@pytest.mark.parametrize("depth", [1000, 10_000])
def test_a_pack_of_tables_within_tables_is_refused(depth):
    for bomb in (
        "a = " + "[" * depth + "]" * depth,
        "[" + "a." * depth + "a]",
        "a = " + "{ a = " * depth + "1" + " }" * depth,
        PACK.replace("facts", "facts")
        + "[[rule.test]]\nname = 'x'\non = 2026-01-01\nfacts = "
        + "{ a = " * depth
        + "1"
        + " }" * depth,
    ):
        with pytest.raises(ConfigError):
            read_pack(bomb.encode(), "x.toml", VOCABULARY)


@pytest.mark.parametrize(
    "when",
    [
        "not " * 500 + "subject.real",
        "(" * 200 + "subject.real" + ")" * 200,
        "subject.real and " * 40 + "subject.real",
    ],
)
def test_a_condition_that_is_too_deep_or_too_long_is_refused_or_read(when):
    text = PACK.replace("subject.real and subject.age < adult", when)
    pack, why = tried(read_pack, text.encode(), "x.toml", VOCABULARY)
    if pack is None:
        assert "xx.minor" in why
    else:
        assert evaluate(pack, pack.rules[0], {}, ON).needs


@pytest.mark.parametrize("value", ["adult", "subject.age", "max(adult, 3)"])
def test_a_parameter_can_name_no_parameter_and_so_never_itself(value):
    text = PACK.replace("value = 18", f"value = '{value}'")
    with pytest.raises(ConfigError, match=r"param.*adult|Expected `float`"):
        read_pack(text.encode(), "x.toml", VOCABULARY)


def test_exceptions_in_a_circle_are_refused():
    first = PACK.replace('source = "act"\nthen', 'source = "act"\nexception_to = "xx.two"\nthen')
    second = first[first.index("[[rule]]") :].replace('id = "xx.minor"', 'id = "xx.two"')
    with pytest.raises(ConfigError, match="circle of exceptions"):
        read_pack(
            (first + second.replace('"xx.two"\nthen', '"xx.minor"\nthen')).encode(), "x.toml", VOCABULARY
        )


def test_a_gap_in_the_dates_of_a_parameter_is_refused():
    text = PACK.replace("{ from = 2000-01-01, value = 20 }, ", "")
    with pytest.raises(ConfigError, match="has no value on 2020-01-01, when the rule begins"):
        read_pack(text.encode(), "x.toml", VOCABULARY)


def test_ids_are_unique_within_and_over_packs():
    twice = PACK + PACK[PACK.index("[[rule]]") :]
    with pytest.raises(ConfigError, match="this id is there twice"):
        read_pack(twice.encode(), "x.toml", VOCABULARY)
    one = read_pack(PACK.encode(), "x.toml", VOCABULARY)
    other = read_pack(PACK.replace('id = "xx"', 'id = "yy"').encode(), "y.toml", VOCABULARY)
    with pytest.raises(ConfigError, match=r"both xx and yy have 'xx.minor'"):
        check_unique((one, other))


def test_facts_are_evaluated_whatever_is_known_of_them():
    chance = random.Random(9)  # noqa: S311 - damage must be repeatable
    packs = packs_for(shipped_packs(), ["JP-31", "US", "EU"])
    everything = {name: value for case in NAMES for name, value in known(case).facts.items()}
    for _ in range(count(10, 500)):
        facts = {name: value for name, value in everything.items() if chance.random() < 0.4}
        found, why = tried(conclude, packs, facts, ON, shipped_vocabulary())
        if found is None:
            assert "contradict" in why
        else:
            assert list(lines(found, ON, "ja", full=True))
