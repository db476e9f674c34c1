import pytest

from sekisho.cli.likeness.dropped import dropped_handles, section_head
from sekisho.errors import EvidenceError, NotFoundError
from sekisho.registry.erasure import Notice, sign_notice
from sekisho.store.clock import now, today
from sekisho.store.dropped import dropped_file, keep_notice
from tests.parties import Party
from tests.world import World, drawn

ROW = bytes(range(32))
STRANGER = Party(name="stranger")


@pytest.fixture
def world():
    made = World(clock=now())
    made.persons.append(drawn(1))
    return made


@pytest.fixture
def section(world, tmp_path):
    path = tmp_path / "edition.snapshot.protected"
    path.write_bytes(world.section(world.open()))
    return path


def notice(world, *, signer=None, recipient=None):
    by, to = signer or world.registry, recipient or world.operator
    made = Notice(registry=by.key, recipient=to.key, on=today(), handles=frozenset({ROW}))
    return sign_notice(made, by, chance=bytes(32))


def test_what_its_registry_has_signed_is_dropped(world, section):
    assert dropped_handles(section, (world.operator.key,)) == frozenset()
    keep_notice(section, notice(world))
    assert ROW in dropped_handles(section, (world.operator.key,))


def test_what_somebody_else_has_signed_is_an_error(world, section):
    keep_notice(section, notice(world, signer=STRANGER))
    with pytest.raises(EvidenceError, match="was changed"):
        dropped_handles(section, (world.operator.key,))


def test_so_is_a_notice_for_another_operator(world, section):
    keep_notice(section, notice(world, recipient=STRANGER))
    with pytest.raises(EvidenceError, match="was changed"):
        dropped_handles(section, (world.operator.key,))


@pytest.mark.parametrize("line", [ROW.hex(), "{}", "\n"])
def test_and_so_is_what_is_no_notice(world, section, line):
    dropped_file(section).write_text(line + "\n")
    with pytest.raises(EvidenceError, match="was changed"):
        dropped_handles(section, (world.operator.key,))


def test_the_head_says_whose_section_it_is(world, section, tmp_path):
    assert section_head(section).registry == world.registry.key
    with pytest.raises(NotFoundError):
        section_head(tmp_path / "nothing")
