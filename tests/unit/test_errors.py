import re

import pytest

from sekisho import errors
from sekisho.errors import ErasedError, EvidenceError, IncompleteError, SekishoError

KINDS = [getattr(errors, name) for name in errors.__all__]
LINE = re.compile(r"^((?:[|] {2})*)(?:[|']- )?(\w+) +(.*)$", re.MULTILINE)


def drawn():
    """Return name -> (parent, exit code or None) of each line of the tree in the docstring."""
    parents: list[str] = []
    found = {}
    for match in LINE.finditer(errors.__doc__.partition("\n\n")[2]):
        bars, name, rest = match.groups()
        depth = 0 if name == "SekishoError" else len(bars) // 3 + 1
        del parents[depth:]
        code = re.search(r"exit (\d+)$", rest)
        found[name] = (parents[-1] if parents else "Exception", int(code[1]) if code else None)
        parents.append(name)
    return found


def test_every_error_is_drawn_and_public():
    defined = {n for n, k in vars(errors).items() if isinstance(k, type) and issubclass(k, SekishoError)}
    assert set(drawn()) == defined == set(errors.__all__)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_stands_below_its_parent_with_its_exit_code(kind):
    parent, code = drawn()[kind.__name__]
    assert kind.__base__.__name__ == parent
    assert code in {None, kind.exit_code}


def test_only_broken_evidence_is_4_and_only_an_incomplete_look_is_3():
    codes = {kind: kind.exit_code for kind in KINDS}
    assert {kind for kind, code in codes.items() if code == 4} == {EvidenceError, ErasedError}
    assert {kind for kind, code in codes.items() if code == 3} == {IncompleteError}
    assert set(codes.values()) == {2, 3, 4}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_message_is_the_text_and_the_hint_stands_beside_it(kind):
    assert kind("no").hint == ""
    error = kind("no key named aoi here", hint="sekisho key new aoi")
    assert (str(error), error.hint) == ("no key named aoi here", "sekisho key new aoi")
