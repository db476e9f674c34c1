import base64
import re
import shutil
import sqlite3

import pytest

from sekisho.cli.app import main
from sekisho.cli.likeness.dropped import dropped_handles
from sekisho.snapshot.protected import open_protected
from sekisho.store.clock import today
from sekisho.store.dropped import kept_notices, protected_file
from sekisho.store.home import cache_dir, home_dir
from sekisho.store.keys import load_signer, make_key
from sekisho.store.likenesses import Likenesses, vault_folder
from sekisho.store.log.local import LocalLog
from sekisho.store.own_log import own_log
from sekisho.store.records import Records
from sekisho.store.vault import Vault
from tests.likenesses import photo
from tests.people import TEXT, begin, register

PLANTED = [TEXT.encode(), b"hanako@example.jp", b"Hanako", *(photo(1).pdq, photo(1).sha256)]


def forms(raw):
    """Return the forms in which bytes may stand somewhere."""
    plain = base64.b64encode(raw)
    return (raw, raw.hex().encode(), plain.rstrip(b"="), base64.urlsafe_b64encode(raw).rstrip(b"="))


def files():
    """Return every byte that the registry has on disk: databases with their free pages, log, outbox."""
    kernels = cache_dir() / "numba"
    paths = [p for root in (home_dir(), cache_dir()) for p in root.rglob("*") if p.is_file()]
    return {p: p.read_bytes() for p in paths if kernels not in p.parents}


def found(*planted):
    wanted = [form for raw in planted for form in forms(raw)]
    return sorted({p.name for p, data in files().items() if any(form in data for form in wanted)})


def rows(entry):
    """Return what is sealed about a registration, and the wrapped key of it."""
    folder = vault_folder(load_signer("registry").key)
    place = Vault.open(folder).place_of(entry)
    sealed = []
    for file, query in (
        ("records.sqlite", "SELECT record FROM record WHERE subject = ?"),
        ("records.sqlite", "SELECT salt FROM record WHERE subject = ?"),
        ("records.sqlite", "SELECT text FROM beside WHERE subject = ?"),
        ("keys.sqlite", "SELECT wrapped FROM key WHERE subject = ?"),
    ):
        connection = sqlite3.connect(folder / file)
        sealed += [row[0] for row in connection.execute(query, (place,))]
        connection.close()
    return [*sealed, place]


@pytest.fixture
def world(tmp_path, capsys):
    """Register two persons, publish a section, and return both ids and the edition."""
    begin()
    edition = tmp_path / "assoc.snapshot"
    register(tmp_path, "parent", 1, 2)
    register(tmp_path, "other", 3)
    entries = re.findall(r"l-[0-9a-f]{32}", capsys.readouterr().out)
    main(["snapshot", "publish", "-o", str(edition), "--for", "lumen", "--purpose", "train"])
    main(["registry", "log"])
    capsys.readouterr()
    return *entries, edition


def vault():
    return Likenesses.find(load_signer("registry").key)


def test_nothing_of_a_person_can_be_read_anywhere_before_or_after(world):
    assert found(*PLANTED) == []
    sealed = rows(world[0])
    assert len(sealed) == 5
    assert found(*(one[:40] for one in sealed)) == ["keys.sqlite", "records.sqlite"]
    assert main(["erase", world[0], "--yes"]) == 0
    assert found(*PLANTED, *(one[:40] for one in sealed[:-1]), world[0].encode()) == []
    # The one thing that stays is the tombstone: an HMAC that says nothing without the master key.
    assert found(sealed[-1]) == ["vault.tombstones"]


def test_the_other_person_stays(world):
    sealed = rows(world[1])
    main(["erase", world[0], "--yes"])
    assert rows(world[1]) == sealed
    assert [s.likeness.id for s in vault().every()] == [world[1]]


def test_the_log_gets_an_entry_that_says_nothing(world):
    before = own_log().checkpoint()
    main(["erase", world[0], "--yes", "--reason-code", "of-age"])
    assert main(["registry", "log", "--force"]) == 0
    log = own_log()
    assert isinstance(log, LocalLog)
    assert log.checkpoint() != before
    (kept,) = vault().records.of_kind("erasure")
    record = vault().records.read(kept.number)
    assert record.place is not None
    assert world[0].encode() not in record.record
    assert b'"of-age"' in record.record
    assert world[0] not in "".join(str(p) for p in files())


def test_a_registration_that_was_erased_can_not_be_brought_back_by_its_file(tmp_path, capsys):
    begin()
    carried = tmp_path / "carried.jsonl"
    register(tmp_path, "parent", 1, more=("-o", str(carried)))
    main(["registry", "import", str(carried)])
    entry = re.findall(r"l-[0-9a-f]{32}", capsys.readouterr().out)[0]
    main(["erase", entry, "--yes"])
    capsys.readouterr()
    assert main(["registry", "import", str(carried)]) == 2
    assert "not taken" in capsys.readouterr().err
    assert vault().count() == 0
    register(tmp_path, "parent", 1)
    assert vault().count() == 1


def test_a_restored_backup_is_erased_again_before_it_is_used(world, tmp_path):
    folder, backup = vault_folder(load_signer("registry").key), tmp_path / "backup"
    shutil.copytree(folder, backup)
    sealed = rows(world[0])
    main(["erase", world[0], "--yes"])
    shutil.rmtree(folder)
    shutil.copytree(backup, folder)
    assert [s.likeness.id for s in vault().every()] == [world[1]]
    assert found(*(one[:40] for one in sealed[:-1])) == []


def test_the_operator_drops_what_the_notice_names_and_nothing_else(world, capsys):
    section = protected_file(world[2])
    assert main(["erase", world[0], "--yes"]) == 0
    (notice,) = (home_dir() / "outbox").iterdir()
    said = capsys.readouterr().out
    assert load_signer("lumen").key in said
    assert notice.stat().st_mode & 0o777 == 0o600

    def pdqs():
        opened = open_protected(
            section.read_bytes(),
            trusted=[load_signer("registry").key],
            recipient=load_signer("lumen").key,
            on=today(),
            dropped=dropped_handles(section, (load_signer("lumen").key,)),
        )
        return opened.likeness[0].tobytes()

    assert photo(1).pdq in pdqs()
    for _ in range(2):
        assert main(["erase", str(section), "--apply", str(notice)]) == 0
    left = pdqs()
    assert photo(1).pdq not in left
    assert photo(2).pdq not in left
    assert photo(3).pdq in left
    assert len(left) == 32 * 62


def test_a_notice_by_somebody_else_drops_nothing(world):
    section = protected_file(world[2])
    main(["erase", world[0], "--yes"])
    (notice,) = (home_dir() / "outbox").iterdir()
    forged = notice.read_bytes().replace(load_signer("registry").key.encode(), make_key("m").key.encode())
    notice.write_bytes(forged)
    assert main(["erase", str(section), "--apply", str(notice)]) == 2
    assert kept_notices(section) == ()


@pytest.mark.parametrize(
    ("argv", "problem"),
    [
        ([], "name registrations"),
        (["l-" + "0" * 32], "--yes"),
        (["l-" + "0" * 32, "--yes"], "is not here"),
        (["e-" + "0" * 32, "--yes"], "works are withdrawn"),
        (["--subject", "x", "--yes"], "--vault"),
        (["--subject", "x", "--vault", "nowhere", "--yes"], "no vault"),
        (["--apply", "nothing.json"], "name the sections"),
        (["nothing.protected", "--apply", "nothing.json"], "no section"),
    ],
)
@pytest.mark.usefixtures("world")
def test_what_is_wrong_is_said_and_nothing_is_erased(argv, problem, capsys):
    capsys.readouterr()
    assert main(["erase", *argv]) == 2
    assert problem in capsys.readouterr().err
    assert vault().count() == 2


def test_erasing_twice_says_so(world, capsys):
    main(["erase", world[0], "--yes"])
    assert main(["erase", world[0], "--yes"]) == 2
    assert "may have been erased" in capsys.readouterr().err


def test_any_subject_of_another_vault_is_erased(tmp_path, capsys):
    folder = tmp_path / "cases"
    records = Records.open(Vault.open(folder))
    records.add("notice", "case 1", b"from hanako@example.jp")
    records.add("notice", "case 2", b"another")
    assert main(["erase", "--subject", "case 1", "--vault", str(folder), "--yes"]) == 0
    assert "1 records" in capsys.readouterr().err
    again = Records.open(Vault.open(folder))
    assert [k.text for k in again.of_kind("notice")] == [b"another"]
