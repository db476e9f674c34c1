import pytest

from sekisho.registry.examined import examine
from sekisho.registry.submit import submit
from sekisho.store.compared import TEXT_ID, print_rows, text_rows
from sekisho.store.create import create_registry
from tests.parties import DAY, Party, passages_of, registration, root, text_statements, withdrawal

REGISTRY, AOZORA, LUMEN = Party(name="registry"), Party(name="aozora"), Party(name="lumen")


@pytest.fixture
def database(tmp_path):
    return create_registry(str(tmp_path / "r.sqlite"), root(REGISTRY, REGISTRY))


def rows(database):
    with database.reading() as connection:
        return list(print_rows(connection)), list(text_rows(connection))


def test_an_empty_registry_has_nothing_to_compare_with(database):
    assert rows(database) == ([], [])


def test_a_text_is_compared_by_its_file_and_by_its_sketch(database):
    picture = registration(AOZORA, 1)
    entry, *passages = text_statements(LUMEN, passages_of(1), passages_of(2))
    submit([picture, entry, *passages], database.batch, today=DAY)
    prints, texts = rows(database)
    assert [row[0] for row in prints] == [examine(picture).id, examine(entry).id]
    assert [(row[0], row[1], row[2]) for row in texts] == [(examine(entry).id, LUMEN.key, 400)] * 2
    assert (len(prints[1][2]), prints[1][3]) == (64, b"")
    assert {len(t) for t in examine(entry).texts} == {TEXT_ID}


def test_what_is_withdrawn_is_not_compared(database):
    batch = text_statements(LUMEN, passages_of(1))
    submit([*batch, withdrawal(LUMEN, examine(batch[0]).id)], database.batch, today=DAY)
    assert rows(database) == ([], [])


def test_two_entries_with_one_text_have_a_row_each(database):
    once, again = (text_statements(LUMEN, passages_of(1), title=title) for title in ("1", "2"))
    submit([*once, again[0]], database.batch, today=DAY)
    assert [row[0] for row in rows(database)[1]] == [examine(once[0]).id, examine(again[0]).id]
