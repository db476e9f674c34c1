"""A damaged pack is an error that names the file, or another pack; never a crash and never a loop."""

import random
from datetime import date

import pytest

from sekisho.errors import ConfigError
from sekisho.rules.compiled import compile_rule
from sekisho.rules.conclude import conclude
from sekisho.rules.gates import complaints
from sekisho.rules.pack import Pack
from sekisho.rules.read import read_pack
from sekisho.rules.record import as_json
from sekisho.rules.shown import lines
from tests.counts import count
from tests.law import NOON, ON, PACK, TESTS, VOCABULARY
from tests.mutate import mutations

TEXT = PACK + TESTS
FACTS = {"subject.real": True, "subject.age": 17, "act.kind": "create", "notice.at": NOON}
WORDS = (
    *("nan", "inf", "-1", "1e308", "true", '""', "[]", "{}", "0001-01-01", "2999-12-31", "9" * 30, "\\u0000"),
    *("not ", " and ", " or ", " is known", " < ", " == ", " in [", "(", ")", "max(", "*", "subject.age"),
    *("adult", 'exception_to = "xx.minor"\n', 'status = "bill"\n', "days = 1, ", "hours = 0, ", "\n"),
)


def damaged(seed: int, number: int):
    """Yield texts with words of the format at wrong places."""
    chance = random.Random(seed)  # noqa: S311 - damage must be repeatable
    for _ in range(number):
        text = TEXT
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(WORDS) + text[at + chance.choice((0, 0, 1, 5, 20)) :]
        yield text.encode()


def used(pack: Pack, facts, on: date) -> None:
    """Do everything that is done with a pack."""
    try:
        found = conclude([pack], facts, on, VOCABULARY)
    except ConfigError:
        return
    as_json(found)
    assert list(lines(found, ON, "en", full=True))
    for rule, result in zip(pack.rules, found.results, strict=True):
        if rule.in_force(on):
            met = {element.met for element in result.elements}
            whole = False if False in met else (None if None in met else True)
            assert compile_rule(pack, rule, on)(facts) is whole


@pytest.mark.parametrize("seed", [1, 2])
def test_a_damaged_pack_is_refused_by_name_or_answers(seed):
    number = count(200, 20_000)
    for data in (*damaged(seed, number), *mutations(TEXT.encode(), seed=seed, n=number)):
        try:
            pack = read_pack(data, "xx.toml", VOCABULARY)
        except ConfigError as error:
            assert "xx.toml" in str(error)  # noqa: PT017 - both ends are right
            continue
        for facts in ({}, FACTS):
            for on in (ON, date.min, date.max):
                used(pack, facts, on)
        complaints(pack)
