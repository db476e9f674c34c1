from sekisho.audit.documents.ab_2013 import ab_2013
from sekisho.locale import text
from tests.documented import declared, facts_of


def test_there_are_the_twelve_items_in_order():
    document = ab_2013(facts_of())
    names = [text(field.id, "en") for field in document.sections[0].fields]
    assert [name.partition(" ")[0] for name in names] == [f"({n})" for n in range(1, 13)]


def test_what_is_declared_stands_beside_what_is_computed():
    said = declared("[dataset]\ncollected_from = 2026-01-01\ncontinuous = true\n[personal]\npresent = true")
    fields = {field.id: field for field in ab_2013(facts_of(said=said)).sections[0].fields}
    assert [part.mark for part in fields["ab.personal"].shown] == ["computed", "declared"]
    assert [part.mark for part in fields["ab.period"].shown] == ["declared", "declared"]
    assert [part.mark for part in fields["ab.aggregate"].shown] == ["not_available"]
