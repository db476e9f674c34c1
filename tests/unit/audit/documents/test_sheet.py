import pytest

from sekisho.audit.documents.sheet import (
    Bytes,
    Document,
    Field,
    Mark,
    Part,
    Say,
    Section,
    Table,
    as_json,
    as_lines,
    cell,
    line,
)
from sekisho.locale import Word

TABLE = Table(heads=("doc.col.outcome", "doc.col.items"), rows=((Word("outcome", "block"), "<10"),))
PART = Part(mark=Mark.COMPUTED, lines=(Say("doc.yes"), "as they wrote"), table=TABLE)


@pytest.mark.parametrize(
    ("value", "en"),
    [(None, "not stated"), ("<10", "<10"), (1234, "1,234"), (Bytes(1500), "1.5 kB"), ("x", "x"), (0, "0")],
)
def test_cells_are_written_as_the_language_writes_them(value, en):
    assert cell(value, "en") == en


def test_words_of_the_operator_stay_as_they_are():
    assert line("そのまま", "en") == "そのまま"
    assert line(Say("doc.yes"), "ja") == "はい"


def test_a_field_without_parts_says_so():
    (part,) = Field(id="eu.tokens").shown
    assert part.mark is Mark.NOT_AVAILABLE


def test_a_part_as_lines_has_its_mark_before_each():
    assert as_lines(PART, "en") == [
        "[computed] yes",
        "[computed] as they wrote",
        "[computed] Outcome: excluded; Items: <10",
    ]


def test_a_document_as_json():
    document = Document(
        id="ab",
        notes=(Say("ab.note"),),
        sections=(Section(id="ab.items", fields=(Field(id="ab.points", parts=(PART,)),)),),
    )
    made = as_json(document, ("ja", "en"))
    (field,) = made["sections"][0]["fields"]
    assert field["name"]["en"] == "(3) Number of data points"
    assert field["parts"][0]["mark"] == "computed"
    assert field["parts"][0]["rows"] == [{"outcome": "block", "items": "<10"}]
    assert set(made["title"]) == {"ja", "en"}
