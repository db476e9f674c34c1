from datetime import UTC, datetime

import pytest

from sekisho.errors import ErasedError
from sekisho.registry.likeness import examine_personal
from sekisho.registry.likeness_rules import place_personal
from sekisho.store.home import keys_dir
from sekisho.store.likenesses import Likenesses, vault_folder
from tests.likenesses import MemoryVault, consent, likeness, verification, withdrawal_of
from tests.parties import DAY, Party, root_of

AT = datetime(2026, 11, 1, 9, 41, tzinfo=UTC)
PARENT, OTHER, DESK, LUMEN = (Party(name=n) for n in ("parent", "other", "desk", "lumen"))
ROOT = root_of(DESK, DESK)
MINE, THEIRS = likeness(PARENT, 1, 2), likeness(OTHER, 3)
ENTRY, ENTRY_2 = (examine_personal(e).id for e in (MINE, THEIRS))
GIVEN = consent(PARENT, LUMEN, ENTRY)
ALL = (MINE, THEIRS, verification(DESK, ENTRY), GIVEN, withdrawal_of(OTHER, ENTRY_2))


@pytest.fixture
def vault():
    made = Likenesses.open(DESK.key)
    for envelope in ALL:
        place_personal(examine_personal(envelope), made, ROOT, today=DAY)
    return made


def test_a_registry_without_persons_has_no_vault():
    assert Likenesses.find(DESK.key) is None
    assert not vault_folder(DESK.key).exists()
    assert not (keys_dir() / "vault.master").exists()


@pytest.mark.usefixtures("vault")
def test_the_vault_says_what_a_vault_in_memory_says():
    memory = MemoryVault()
    for envelope in ALL:
        place_personal(examine_personal(envelope), memory, ROOT, today=DAY)
    opened = Likenesses.find(DESK.key)
    for entry in (ENTRY, ENTRY_2, "l-" + "0" * 32):
        assert opened.stated(entry) == memory.stated(entry)
    for holder in (PARENT, OTHER, LUMEN):
        assert list(opened.of_holder(holder.key)) == list(memory.of_holder(holder.key))
    every = {s.likeness.id: s for s in opened.every()}
    assert every == {entry: memory.stated(entry) for entry in (ENTRY, ENTRY_2)}
    assert opened.count() == 2


def test_a_consent_is_found_by_its_id_and_holder_alone(vault):
    given = examine_personal(GIVEN).id
    assert vault.entry_of_consent(given, PARENT.key) == ENTRY
    assert vault.entry_of_consent(given, OTHER.key) is None
    assert vault.entry_of_consent("g-" + "0" * 32, PARENT.key) is None


@pytest.mark.usefixtures("vault")
def test_two_registries_on_one_machine_know_nothing_of_each_other():
    assert Likenesses.open(OTHER.key).stated(ENTRY) is None


def test_a_section_is_found_by_a_registration_that_is_in_it(vault):
    vault.keep_section("one", b"record 1", [ENTRY])
    vault.keep_section("two", b"record 2", [ENTRY, ENTRY_2])
    assert list(vault.sections_of(ENTRY)) == [b"record 1", b"record 2"]
    assert list(vault.sections_of(ENTRY_2)) == [b"record 2"]
    assert list(vault.sections()) == [b"record 1", b"record 2"]


def test_erasure_takes_everything_about_one_and_nothing_about_others(vault):
    vault.keep_section("one", b"record 1", [ENTRY])
    assert vault.erase(ENTRY, b"an erasure", AT) == 3
    assert vault.was_erased(ENTRY)
    assert vault.stated(ENTRY) is None
    assert list(vault.of_holder(PARENT.key)) == list(vault.sections_of(ENTRY)) == []
    assert vault.entry_of_consent(examine_personal(GIVEN).id, PARENT.key) is None
    assert [s.likeness.id for s in vault.every()] == [ENTRY_2]
    with pytest.raises(ErasedError):
        vault.add(examine_personal(MINE))
    assert [k.text for k in vault.records.of_kind("erasure")] == [b"an erasure"]
