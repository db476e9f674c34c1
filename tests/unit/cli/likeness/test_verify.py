import re

import pytest

from sekisho.cli.app import main
from sekisho.model import Trust
from sekisho.registry.likeness import standing
from sekisho.store.clock import today
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import load_signer
from sekisho.store.likenesses import Likenesses
from tests.people import begin, register


@pytest.fixture
def entry(tmp_path, capsys):
    begin()
    register(tmp_path, "parent", 1)
    return re.findall(r"l-[0-9a-f]{32}", capsys.readouterr().out)[0]


def trust(entry):
    root = open_registry(str(default_registry())).root()[0]
    return standing(Likenesses.find(load_signer("registry").key).stated(entry), root, today()).trust


def test_the_desk_verifies_the_relation(entry):
    assert trust(entry) is Trust.DECLARED
    argv = ["registry", "vouch", "--entry", entry, "--relation", "guardian", "--by", "registry"]
    assert main(argv) == 0
    assert trust(entry) is Trust.VERIFIED


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (("--relation", "self", "--by", "registry"), "another relation"),
        (("--relation", "guardian", "--by", "other"), "no voucher"),
        (("--relation", "guardian", "--by", "parent"), "no voucher"),
        (("--by", "registry"), "--relation says"),
    ],
)
def test_nothing_else_verifies_it(entry, more, problem, capsys):
    assert main(["registry", "vouch", "--entry", entry, *more]) == 2
    assert problem in capsys.readouterr().err
    assert trust(entry) is Trust.DECLARED


def test_works_and_photos_are_not_vouched_for_together(entry, capsys):
    argv = [
        "registry",
        "vouch",
        "--entry",
        entry,
        "e-" + "0" * 32,
        "--relation",
        "guardian",
        "--by",
        "registry",
    ]
    assert main(argv) == 2
    assert "goes with --entry l-" in capsys.readouterr().err
