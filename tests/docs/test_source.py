"""The house rules that no other tool checks: sizes, mirrors, public names, and what no file may hold."""

import ast
import importlib
import re

import pytest

from tests.docs.documents import ROOT, modules, tracked

MAX_MODULE_LINES = 500
MAX_FUNCTION_LINES = 40
MAX_FILE_BYTES = 1 << 20

DRAWING = "one drawing, from back to front; its parts mean nothing alone"
LONG_FUNCTIONS = {
    "match/hamming.py:_search": "one compiled loop nest over checked offsets",
    "fingerprint/winnow.py:winnow_texts": "one compiled loop over texts with the state of two profiles",
    "match/seeds.py:chain_seeds": "one compiled loop nest; a call in it would pass twelve arrays",
    "match/seeds.py:find_seeds": "one compiled loop nest over checked offsets",
    "match/forms.py:_find": "one compiled loop over texts; what it calls is passed up to fifteen arrays",
    "detect/gate.py:_mark": "one compiled pass over bytes made here",
    "demo/creatures.py:cat": DRAWING,
    "demo/creatures.py:fox": DRAWING,
    "demo/creatures.py:whale": DRAWING,
}
"""`module:function` and the reason why its body is longer than 40 lines."""

DRAWN = "tests/unit/demo/test_works.py draws it and compares every drawing with every other"
TESTED_ELSEWHERE = {
    "__main__.py": "two lines; tests/system starts it",
    "cli/audit/running.py": "tests/system/test_audit_resume.py, test_audit_sample.py and others run it",
    "demo/acts.py": "tests/system/test_demo.py plays all three acts and reads what they leave behind",
    "demo/aonami.py": DRAWN,
    "demo/creatures.py": DRAWN,
    "demo/hoshikujira.py": DRAWN,
    "demo/paper.py": DRAWN,
    "demo/people.py": DRAWN,
    "demo/play.py": "tests/system/test_demo.py plays it; tests/browser looks at such a page",
    "demo/readings.py": "tests/system/test_demo.py plays the act and reads what it leaves behind",
    "demo/scenery.py": DRAWN,
    "demo/strangers.py": DRAWN,
    "demo/tetsuneko.py": DRAWN,
    "demo/used.py": "tests/system/test_demo.py plays the act and verifies the answer that it leaves behind",
    "demo/wardrobe.py": DRAWN,
    "server/body.py": "tests/system/test_witnesses.py sends it bodies that are too large or too slow",
    "server/running.py": "tests/system/test_witnesses.py and test_log_http.py serve by it and attack it",
    "server/tiles.py": "tests/system/test_log_http.py reads a log from it, and tries to read more",
    "store/migrations": "run by alembic; tests/unit/store/test_engine.py and tests/system migrate databases",
    "store/schema.py": "tables only; tests/unit/store/test_database.py reads and writes them",
}
"""Modules without a unit test of their own, by path or folder, and where they are tested."""

FORBIDDEN = {
    "a registry's host": r"://[a-z.-]*(?:regis" r"try|python" r"hosted|py" r"pi)[a-z.]*",
    "an index address": r"--(?:extra-)?index" r"-url",
    "a resolved lock": r'"resol' r'ved": *"http',
    "a path of one machine": r"(?<![\w.])/(?:wo" r"rk|fa" r"rm|root)/",
    "a private key": r"-----BEGIN (?:ENCRYPTED )?PRIV" r"ATE KEY-----\s*\n[A-Za-z0-9+/=]{20}",
}

PACKAGE = ROOT / "src" / "sekisho"
NAMES = [path.relative_to(PACKAGE).as_posix() for path in modules()]


def parsed(name):
    return ast.parse((PACKAGE / name).read_text(encoding="utf-8"))


def body_lines(function):
    """Count the lines of a function's body, without its signature and docstring."""
    statements = function.body[1 if ast.get_docstring(function) is not None else 0 :]
    return function.end_lineno - statements[0].lineno + 1 if statements else 0


@pytest.mark.parametrize("name", NAMES)
def test_a_module_is_not_longer_than_500_lines(name):
    assert len((PACKAGE / name).read_text(encoding="utf-8").splitlines()) <= MAX_MODULE_LINES


@pytest.mark.parametrize("name", NAMES)
def test_a_function_of_more_than_40_lines_has_a_reason(name):
    functions = [n for n in ast.walk(parsed(name)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = {f"{name}:{f.name}" for f in functions if body_lines(f) > MAX_FUNCTION_LINES}
    assert long == {known for known in LONG_FUNCTIONS if known.startswith(f"{name}:")}


def has_mirror(name):
    folder, _, file = name.rpartition("/")
    return (ROOT / "tests" / "unit" / folder / f"test_{file.lstrip('_')}").exists()


@pytest.mark.parametrize("name", [n for n in NAMES if not n.endswith("__init__.py")])
def test_a_module_has_a_test_at_the_same_place(name):
    excused = any(name == place or name.startswith(f"{place}/") for place in TESTED_ELSEWHERE)
    assert has_mirror(name) != excused, "either a mirror or an excuse, not both and not neither"


@pytest.mark.parametrize("place", TESTED_ELSEWHERE)
def test_an_excuse_names_a_module_that_exists(place):
    assert (PACKAGE / place).exists()


@pytest.mark.parametrize("name", [n for n in NAMES if "/migrations/" not in n])
def test_every_public_name_exists_and_says_what_it_is_for(name):
    dotted = ".".join(["sekisho", *name.removesuffix(".py").split("/")]).removesuffix(".__init__")
    module = importlib.import_module(dotted)
    assert [public for public in getattr(module, "__all__", ()) if not hasattr(module, public)] == []
    assert module.__doc__


def test_every_folder_of_modules_is_a_package():
    assert {p.parent for p in modules()} == {p.parent for p in modules() if p.name == "__init__.py"}


@pytest.mark.parametrize("name", [n for n in NAMES if n.endswith("__init__.py")])
def test_an_init_only_reexports(name):
    kinds = {type(node) for node in parsed(name).body}
    assert kinds <= {ast.Expr, ast.Import, ast.ImportFrom, ast.Assign}


def text_of(path):
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_of_the_repository_holds(what):
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{path.relative_to(ROOT)}: {m[0]}" for path in tracked() for m in pattern.finditer(text_of(path))
    ]
    assert found == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_patterns_find_what_they_are_for(what):
    planted = {
        "a registry's host": "https://files.python" + "hosted.org/x",
        "an index address": "pip --index" + "-url x",
        "a resolved lock": '"resol' + 'ved": "https://x"',
        "a path of one machine": "open('/wo" + "rk/main')",
        "a private key": "-----BEGIN PRIV" + "ATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIHd3d3d3d3d3",
    }
    assert re.search(FORBIDDEN[what], planted[what])


def test_no_file_is_larger_than_a_megabyte():
    assert [path for path in tracked() if path.stat().st_size > MAX_FILE_BYTES] == []


def test_nothing_is_left_open():
    marks = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|NotImplemented" r"Error)\b")
    assert [path for path in tracked() if path.suffix == ".py" and marks.search(text_of(path))] == []
