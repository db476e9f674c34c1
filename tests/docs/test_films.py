import re
from pathlib import Path

from sekisho.match.films import IN_STEP, REPEATED
from sekisho.media import Limits

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "films.md").read_text(encoding="utf-8")


def test_the_limits_of_films_are_those_of_the_program():
    documented = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", PAGE, re.MULTILINE))
    stated = Limits().as_dict()
    films = {name for name in stated if name.startswith("film_")}
    assert set(documented) == films | {"max_bytes"}
    assert all(int(value) == stated[name] for name, value in documented.items())


def test_the_bits_are_those_of_the_program():
    assert f"less: {IN_STEP} bits" in PAGE
    assert f"({REPEATED}\nbits)" in PAGE
