import re

import pytest

from sekisho.cli.app import main
from sekisho.errors import RefusedError, SnapshotStale
from sekisho.model import Purpose
from sekisho.registry.protected import decode_section, entry_of
from sekisho.snapshot.protected import open_protected
from sekisho.store.clock import today
from sekisho.store.dropped import protected_file
from sekisho.store.keys import load_signer
from sekisho.store.likenesses import Likenesses
from tests.likenesses import photo
from tests.people import begin, register


@pytest.fixture
def edition(tmp_path):
    begin()
    register(tmp_path, "parent", 1, 2)
    return tmp_path / "assoc.snapshot"


def publish(edition, *more):
    argv = ["snapshot", "publish", "-o", str(edition), "--for", "lumen", "--purpose", "train", *more]
    return main(argv)


def opened(edition, on=None, recipient="lumen"):
    return open_protected(
        protected_file(edition).read_bytes(),
        trusted=[load_signer("registry").key],
        recipient=load_signer(recipient).key,
        on=on or today(),
    )


def test_the_section_is_for_one_operator_and_thirty_days(edition):
    assert publish(edition) == 0
    section = opened(edition)
    assert section.head.purpose is Purpose.TRAIN
    assert {photo(n).pdq in section.likeness[0].tobytes() for n in (1, 2)} == {True}
    assert protected_file(edition).stat().st_mode & 0o777 == 0o600
    with pytest.raises(RefusedError):
        opened(edition, recipient="other")
    with pytest.raises(SnapshotStale):
        opened(edition, on=section.head.expires)
    assert (section.head.expires - section.head.created).days == 30


def test_the_edition_itself_knows_no_person(edition):
    publish(edition)
    data = edition.read_bytes()
    planted = [photo(1).pdq, photo(1).sha256, load_signer("parent").key.encode()]
    assert not any(one in data for one in planted)
    before = data
    publish(edition)
    assert edition.read_bytes() == before


def test_a_new_section_has_other_handles_and_the_vault_knows_both(edition):
    publish(edition)
    first = protected_file(edition).read_bytes()
    publish(edition, "--force")
    second = protected_file(edition).read_bytes()
    assert first != second
    vault = Likenesses.find(load_signer("registry").key)
    stated = list(vault.every())
    rows = [data[-2 * 32 * 64 :] for data in (first, second)]
    handles = [[row[n : n + 32] for n in range(0, 32 * 64, 32)] for row in rows]
    for section, made in zip(map(decode_section, vault.sections()), handles, strict=True):
        known = [found for h in made if (found := entry_of(h, section, stated)) is not None]
        assert sorted(known) == [(stated[0].likeness.id, 0), (stated[0].likeness.id, 1)]


def test_who_consents_is_left_out_until_the_consent_ends(edition, capsys):
    (stated,) = Likenesses.find(load_signer("registry").key).every()
    entry = stated.likeness.id
    capsys.readouterr()
    argv = ["grant", "give", "--holder", "parent", "--to", "lumen", "--purpose", "train", "--entry", entry]
    argv += ["--basis", "consent", "--territory", "*", "--from", "2026-01-01", "--until", "2099-12-31"]
    assert main(argv) == 0
    (given,) = re.findall(r"g-[0-9a-f]{32}", capsys.readouterr().out)
    publish(edition)
    assert photo(1).pdq not in opened(edition).likeness[0].tobytes()
    main(["grant", "revoke", given, "--holder", "parent"])
    publish(edition)
    assert photo(1).pdq in opened(edition).likeness[0].tobytes()


@pytest.mark.parametrize("more", [["--for", "lumen"], ["--purpose", "train"]])
def test_an_operator_and_a_purpose_go_together(edition, more, capsys):
    assert main(["snapshot", "publish", "-o", str(edition), *more]) == 2
    assert "go together" in capsys.readouterr().err
    assert not edition.exists()


def test_a_section_for_an_operator_nobody_knows_is_not_made(edition, capsys):
    argv = ["snapshot", "publish", "-o", str(edition), "--for", "nobody", "--purpose", "train"]
    assert main(argv) == 2
    assert "nobody" in capsys.readouterr().err
    assert not protected_file(edition).exists()
