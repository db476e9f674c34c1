from sekisho.audit.documents.eu_summary import eu_summary
from sekisho.audit.documents.sheet import Mark, line
from tests.documented import declared, facts_of, origins


def fields(**more):
    document = eu_summary(facts_of(**more))
    return {field.id: field for section in document.sections for field in section.fields}


def marks(field):
    return [part.mark.value for part in field.shown]


def test_every_field_of_the_template_is_there_in_its_order():
    found = list(fields())
    assert found[:3] == ["eu.version", "eu.provider", "eu.representative"]
    assert [f for f in found if f.startswith("eu.")].index("eu.domains") == 17
    assert found[-3:] == ["doc.f.runs", "doc.f.model", "doc.f.tool"]
    assert len(set(found)) == len(found)


def test_what_is_neither_computed_nor_declared_is_not_available():
    found = fields()
    for name in ("eu.provider", "eu.tokens", "eu.languages", "eu.latest", "eu.users", "doc.f.model"):
        assert marks(found[name]) == [Mark.NOT_AVAILABLE]
    assert marks(found["eu.size"]) == ["computed", "computed"]


def test_computed_and_declared_stand_apart():
    text = (
        "[rights]\nmeasures = 'we ask'\ncode_of_practice = false\n[[sources.public_datasets]]\nname = 'LAION'"
    )
    found = fields(said=declared(text))
    assert marks(found["eu.reservations"]) == ["computed", "declared"]
    assert marks(found["eu.public"]) == ["computed", "declared"]
    assert line(found["eu.code"].parts[0].lines[0], "en") == "no"


def test_the_latest_day_and_the_domains_come_from_rows():
    came = origins(("a.example", 12, 500), days=("2025-02-03", "2025-03-04"), languages={"jpn": 12})
    text = "[sources.crawl]\nused = true\ncrawlers = ['B']\nsince = 2025-01-01\nuntil = 2025-12-31"
    found = fields(came=came, said=declared(text))
    assert "2025-03-04" in line(found["eu.latest"].parts[0].lines[0], "en")
    assert found["eu.domains"].parts[0].table.rows[0][0] == "a.example"
    assert found["eu.languages"].parts[0].table.rows == (("ja", 12),)
    assert [line(one, "en") for one in found["eu.crawled"].parts[0].lines] == [
        "yes",
        "Crawlers: B",
        "2025-01-01 – 2025-12-31",
    ]
