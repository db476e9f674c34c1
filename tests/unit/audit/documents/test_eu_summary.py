from sekisho.audit.documents.eu_summary import eu_summary
from sekisho.audit.documents.sheet import Language, Mark, line
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
    assert marks(found["eu.public"]) == ["computed", "computed", "declared"]
    assert line(found["eu.code"].parts[0].lines[0], "en") == "no"


def test_the_latest_day_and_the_domains_come_from_rows():
    came = origins(("a.example", 12, 500), days=("2025-02-03", "2025-03-04"), languages={"jpn": 12})
    text = "[sources.crawl]\nused = true\ncrawlers = ['B']\nsince = 2025-01-01\nuntil = 2025-12-31"
    found = fields(came=came, said=declared(text))
    assert "2025-03-04" in line(found["eu.latest"].parts[0].lines[0], "en")
    assert found["eu.domains"].parts[0].table.rows[0][0] == "a.example"
    assert found["eu.languages"].parts[0].table.rows == ((Language("ja"), 12),)
    assert [line(one, "en") for one in found["eu.crawled"].parts[0].lines] == [
        "yes",
        "Crawlers: B",
        "Period: 2025-01-01 – 2025-12-31",
    ]


def said(field, mark="declared"):
    return [line(one, "en") for part in field.parts if part.mark == mark for one in part.lines]


CRAWL = """
[sources.crawl]
crawlers = ["A", "B"]
purposes = "p"
behaviour = "b"
until = 2025-12-31
description = '''
first

second'''
modalities = ["text"]
"""


def test_each_answer_about_crawling_is_named():
    assert said(fields(said=declared(CRAWL))["eu.crawled"]) == [
        "Crawlers: A, B",
        "Purposes: p",
        "Behaviour: b",
        "Period: 2025-12-31",
        "Content and sources: first",
        "second",
        "Kinds: text",
    ]


def test_the_provider_is_said_line_by_line():
    text = "[provider]\nname = 'N'\nurl = 'https://n.example/'\n[model]\nversion = '2'"
    found = fields(said=declared(text))
    assert said(found["eu.provider"]) == ["Name: N", "Web: https://n.example/"]
    assert said(found["eu.model"]) == ["Version: 2"]


def test_public_datasets_are_used_where_some_are_named():
    text = "[[sources.public_datasets]]\nname = 'L'\nperiod = '2024'\ndescription = 'd'"
    assert said(fields(said=declared(text))["eu.public"]) == ["yes", "L · 2024 · d"]
    text += "\n[sources.public]\nused = true\nmodalities = ['text', 'images']"
    assert said(fields(said=declared(text))["eu.public"]) == ["yes", "Kinds: text, images", "L · 2024 · d"]
    assert said(fields(said=declared("[sources.public]\nused = false"))["eu.public"]) == ["no"]


def test_both_questions_about_users_are_answered():
    text = "[sources.users]\nused = true\ninteractions = false\nservices = true"
    assert said(fields(said=declared(text))["eu.users"]) == [
        "yes",
        "From interactions with the provider's models: no",
        "From other services of the provider: yes",
    ]
    assert said(fields()["eu.users"]) == []


def test_whose_domains_they_are_is_said_where_there_are_any():
    found = fields(came=origins(("a.example", 12, 500)))
    assert "public datasets of others belong to 2.1" in said(found["eu.domains"], "computed")[-1]
    assert not any("belong to 2.1" in one for one in said(fields()["eu.domains"], "computed"))


def test_what_is_declared_of_tokens_stands_beside_what_was_counted():
    found = fields(said=declared("[dataset]\ntokens = 'about 5'"))
    assert marks(found["eu.tokens"]) == ["declared"]
