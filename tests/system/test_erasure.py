"""Erasure with the registry in either database: nothing about a person is in any file of it, ever."""

import re
from pathlib import Path

import pytest

from sekisho.cli.app import main
from sekisho.store.home import home_dir
from tests import removals
from tests.likenesses import photo
from tests.parties import a_print
from tests.people import TEXT, begin, register

PLANTED = (b"Hanako", b"hanako@example.jp", TEXT.encode())


def files(*roots: Path) -> dict[Path, bytes]:
    """Read every file; a server may delete one meanwhile."""
    found = {}
    for path in (p for root in roots for p in root.rglob("*") if p.is_file()):
        try:
            found[path] = path.read_bytes()
        except FileNotFoundError:
            continue
    return found


def forms(entry: str) -> list[bytes]:
    """Return what would give a person away, raw and in hex: photos, consent, the id of the registration."""
    raws = [photo(1).pdq, photo(1).sha256, photo(2).pdq, *PLANTED, entry.encode()]
    return [*raws, *(raw.hex().encode() for raw in raws[:3])]


@pytest.fixture
def folders(place, tmp_path, request) -> list[Path]:
    """Where the registry has its bytes: the file's folder, or the server's."""
    if "://" not in place:
        return [tmp_path, home_dir()]
    return [request.getfixturevalue("postgres").data, home_dir()]


def test_no_byte_of_a_person_is_in_the_database_and_after_erasure_nowhere(place, folders, tmp_path, capsys):
    begin()
    people = tmp_path.parent / f"{tmp_path.name}-people"
    people.mkdir()
    assert main(["registry", "init", place, "--key", "registry"]) == 0
    capsys.readouterr()
    register(people, "parent", 1, 2, more=("--registry", place))
    (entry,) = re.findall(r"l-[0-9a-f]{32}", capsys.readouterr().out)
    edition = people / "assoc.snapshot"
    publish = ["snapshot", "publish", "--registry", place, "-o", str(edition), "--for", "lumen"]
    assert main([*publish, "--purpose", "train"]) == 0
    assert main(["registry", "log", "--registry", place]) == 0
    for _ in range(2):
        held = files(*folders)
        # A search that finds nothing because it looks at nothing would be no test.
        assert sum(map(len, held.values())) > 50_000
        assert [p.name for p, data in held.items() if any(form in data for form in forms(entry))] == []
        main(["erase", entry, "--registry", place, "--yes"])
    capsys.readouterr()
    assert main(["registry", "show", "--registry", place, "--holder", "parent"]) == 0
    assert capsys.readouterr().out == ""


def tables(*roots: Path) -> bytes:
    """Return every byte of the registry's tables; the server's own log of writes is beyond an erasure."""
    return b"".join(data for path, data in files(*roots).items() if "pg_wal" not in path.parts)


def test_no_table_has_a_byte_of_a_photo_that_was_taken_out(place, folders, tmp_path, capsys):
    removals.begin()
    works = tmp_path.parent / f"{tmp_path.name}-works"
    works.mkdir()
    assert main(["registry", "init", place, "--key", "registry"]) == 0
    more = ("--registry", place)
    entry = removals.register(capsys, works, "stranger", 1, more=more)
    other = removals.register(capsys, works, "publisher", 2, more=more)
    photo, work = (removals.forms(a_print(n).pdq) for n in (1, 2))
    assert main(["registry", "remove", entry, "--yes", "--registry", place]) == 0
    held = tables(*folders)
    assert any(form in held for form in work)
    assert not any(form in held for form in photo)
    removals.register(capsys, works, "stranger", 1, more=more, code=2)
    main(["registry", "show", "--entries", "--registry", place])
    assert re.findall(r"e-[0-9a-f]{32}", capsys.readouterr().out) == [other]
