import shutil
import stat
from datetime import UTC, datetime

import pytest

from sekisho.errors import ErasedError, EvidenceError
from sekisho.store.shredding import shredding_database
from sekisho.store.vault import Vault

AT = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
SECRET = b"what nobody is to know"


@pytest.fixture
def vault(tmp_path):
    return Vault.open(tmp_path / "vault", keys=tmp_path / "keys")


@pytest.fixture
def again(tmp_path):
    """Open the same vault as another process does."""
    return lambda: Vault.open(tmp_path / "vault", keys=tmp_path / "keys")


def unsealed(vault, subject, blob):
    return vault.unseal_at(vault.place_of(subject), blob)


def everything(folder):
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


def test_what_was_sealed_is_opened_by_another_process(vault, again):
    assert unsealed(again(), "l-1", vault.seal("l-1", SECRET)) == SECRET
    assert unsealed(again(), "l-1", vault.seal("l-1", b"")) == b""


def test_nothing_can_be_read_in_the_files_and_lengths_tell_little(vault, tmp_path):
    blob = vault.seal("hanako@example.jp", SECRET)
    assert SECRET not in blob
    assert b"hanako" not in everything(tmp_path)
    assert len(blob) == len(vault.seal("hanako@example.jp", SECRET * 5))


def test_the_same_text_is_sealed_another_way_each_time(vault):
    assert vault.seal("l-1", SECRET) != vault.seal("l-1", SECRET)


def test_a_blob_is_of_its_subject_alone(vault):
    vault.seal("l-2", SECRET)
    with pytest.raises(EvidenceError, match="another subject"):
        unsealed(vault, "l-2", vault.seal("l-1", SECRET))


@pytest.mark.parametrize("at", [0, 5, 20, -1])
def test_a_changed_blob_is_refused(vault, at):
    blob = bytearray(vault.seal("l-1", SECRET))
    blob[at] ^= 1
    with pytest.raises(EvidenceError, match="was changed"):
        unsealed(vault, "l-1", bytes(blob))


@pytest.mark.parametrize("length", [0, 1, 13, 40])
def test_a_cut_blob_is_refused(vault, length):
    blob = vault.seal("l-1", SECRET)
    with pytest.raises(EvidenceError, match="was changed"):
        unsealed(vault, "l-1", blob[:length])


def test_what_was_shredded_can_not_be_opened_by_anybody_and_the_others_stay(vault, again):
    one, two = vault.seal_all([("l-1", SECRET), ("l-2", SECRET)])
    assert vault.shred("l-1", AT)
    assert not vault.shred("l-1", AT)
    for opened in (vault, again()):
        with pytest.raises(ErasedError):
            unsealed(opened, "l-1", one)
        assert unsealed(opened, "l-2", two) == SECRET
    assert vault.was_shredded("l-1")
    assert not vault.was_shredded("l-2")


def test_nothing_is_sealed_for_a_subject_that_was_shredded(vault, again):
    vault.seal("l-1", SECRET)
    vault.shred("l-1", AT)
    with pytest.raises(ErasedError):
        again().seal("l-1", SECRET)
    vault.shred("l-never-here", AT)
    with pytest.raises(ErasedError):
        vault.seal_all([("l-2", SECRET), ("l-never-here", SECRET)])


def test_the_wrapped_key_is_in_no_file_after_shredding(vault, tmp_path):
    vault.seal("l-1", SECRET)
    place = vault.place_of("l-1")
    with shredding_database(vault.folder / "keys.sqlite") as connection:
        wrapped = connection.execute("SELECT wrapped FROM key WHERE subject = ?", (place,)).fetchone()[0]
    assert wrapped in everything(tmp_path)
    vault.shred("l-1", AT)
    assert wrapped not in everything(tmp_path)
    assert wrapped[12:44] not in everything(tmp_path)


def test_a_restored_backup_does_not_bring_a_key_back(vault, again, tmp_path):
    blob = vault.seal("l-1", SECRET)
    other = vault.seal("l-2", SECRET)
    shutil.copytree(tmp_path / "vault", tmp_path / "backup")
    vault.shred("l-1", AT)
    shutil.rmtree(tmp_path / "vault")
    shutil.copytree(tmp_path / "backup", tmp_path / "vault")
    opened = again()
    with pytest.raises(ErasedError):
        unsealed(opened, "l-1", blob)
    assert unsealed(opened, "l-2", other) == SECRET
    assert not opened.holds("l-1")
    assert opened.replay() == 0


def test_two_vaults_of_one_master_key_shred_for_themselves(vault, tmp_path):
    other = Vault.open(tmp_path / "other", keys=tmp_path / "keys")
    blob = other.seal("l-1", SECRET)
    vault.shred("l-1", AT)
    assert unsealed(Vault.open(tmp_path / "other", keys=tmp_path / "keys"), "l-1", blob) == SECRET
    assert vault.place_of("l-1") != other.place_of("l-1")


def test_without_its_master_key_a_vault_says_so(vault, tmp_path):
    vault.seal("l-1", SECRET)
    (tmp_path / "keys" / "vault.master").unlink()
    with pytest.raises(EvidenceError, match="is gone"):
        Vault.open(tmp_path / "vault", keys=tmp_path / "keys")
    (tmp_path / "keys" / "vault.master").write_bytes(b"00" * 32 + b"\n")
    with pytest.raises(EvidenceError, match="does not open") as caught:
        Vault.open(tmp_path / "vault", keys=tmp_path / "keys")
    assert not isinstance(caught.value, ErasedError)


def test_a_key_that_the_master_key_does_not_open_is_an_error_and_not_erased(vault):
    blob = vault.seal("l-1", SECRET)
    with shredding_database(vault.folder / "keys.sqlite") as connection:
        connection.execute("UPDATE key SET wrapped = zeroblob(60)")
    with pytest.raises(EvidenceError, match="does not open") as caught:
        unsealed(vault, "l-1", blob)
    assert not isinstance(caught.value, ErasedError)


def test_only_the_owner_can_read_the_files(vault, tmp_path):
    vault.shred("l-1", AT)
    assert stat.S_IMODE((tmp_path / "vault").stat().st_mode) == 0o700
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert {p.name for p in files} == {"keys.sqlite", "vault.master", "vault.tombstones"}
    assert {stat.S_IMODE(p.stat().st_mode) for p in files} == {0o600}
