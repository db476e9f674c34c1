import pytest

from sekisho.audit.documents import origin
from sekisho.audit.documents.sheet import as_lines
from tests.documented import facts_of, origins, seen_of, signal
from tests.membership import PERSON, Desk


def said(part):
    return "\n".join(as_lines(part, "en"))


FACTS = facts_of()


def test_what_an_older_run_does_not_tell_is_no_part():
    facts = {**FACTS, "domains": None, "languages": None, "captured": None, "synthetic": None}
    for part in (origin.domains, origin.languages, origin.latest, origin.synthetic):
        assert part(facts) is None


def test_a_domain_in_other_letters_is_readable():
    for desk in (Desk(), Desk(persons=[PERSON])):
        words = said(origin.domains(facts_of(desk, came=origins(("www.日本語.jp", 12, 500)))))
        assert "日本語.jp (xn--wgv71a119e.jp)" in words


def test_domains_are_named_with_what_a_domain_is():
    words = said(origin.domains(facts_of(came=origins(("a.example", 12, 500), ("b.example", 20, 100)))))
    assert "known for 32 of 9 items" in words
    assert "2 hosts of 2 domains. Named: 1, the largest by size (10 % of all domains, rounded up)" in words
    assert "by the public suffix list of 20" in words
    assert "Domain: a.example" in words
    assert "b.example" not in words


def test_where_a_limit_holds_no_share_is_said():
    facts = facts_of(came=origins(("a.example", 12, 500)))
    words = said(origin.domains({**facts, "domains": {**facts["domains"], "share": None}}))
    assert "Named: 1, the largest by size; of a small enterprise no more are asked for" in words


def test_without_any_address_that_is_computed():
    part = origin.domains(FACTS)
    assert part.mark.value == "computed"
    assert part.table is None
    assert "known for 0 of 9 items" in said(part)


def test_a_long_table_ends_and_says_where_the_rest_is(monkeypatch):
    monkeypatch.setattr(origin, "SHOWN", 2)
    part = origin.domains(facts_of(came=origins(*((f"{n}.example", 20, 100) for n in range(30)))))
    assert len(part.table.rows) == 2
    assert "facts.json has all" in said(part)
    older = {**FACTS, "domains": {**FACTS["domains"], "unknown_runs": 2}}
    assert "2 of the runs do not tell where" in said(origin.domains(older))


def test_days_are_said_with_the_number_of_items_if_it_is_known():
    facts = facts_of(came=origins(("a.example", 12, 5), days=("2024-01-02", "2024-03-04")))
    assert "Of 12 of 9 items it is known when they were fetched: 2024-01-02 to" in said(origin.latest(facts))
    older = {**facts, "captured": {**facts["captured"], "items": None}}
    assert "whose rows tell" in said(origin.latest(older))


def test_languages_are_said_as_the_dataset_states_them():
    words = said(origin.languages(facts_of(came=origins(languages={"jpn": 30, "Python": 12}))))
    assert "those that the dataset states; nobody has checked them" in words
    assert "One is stated for 42 of 9 items (466.7 %)" in words
    assert "Language: Japanese (ja); Items: 30" in words
    assert "What 12 of them state is no language" in words


def test_items_made_by_models_are_no_statement_about_the_others():
    rows = [{"signals": [signal("source_type", note="trainedAlgorithmicMedia")]}] * 12
    words = said(origin.synthetic(facts_of(seen=seen_of(*rows))))
    assert "a trained model made them: 12; that parts of them were made so: 0" in words
    assert "declared, not computed" in words


TEXT = [{"modality": "text", "items": 3, "bytes": 9, "seconds": 0, "range": None}]


def tokens(**size):
    return origin.tokens({**FACTS, "modalities": TEXT, "text_size": size or None})


def test_tokens_are_never_guessed():
    assert origin.tokens(FACTS) is None
    part = tokens()
    assert part.mark.value == "not_available"
    assert "depends on the tokenizer" in said(part)


def test_the_size_of_texts_is_that_of_their_characters():
    words = said(tokens(items=3, characters=5_000, range=0))
    assert "5,000 characters (Unicode code points), as they were looked at, in 3 items" in words
    assert "size in tokens is not computed" in words
    assert "Range of the template, text: less than 1 billion tokens" in words
    assert "at most 4 tokens of a character, and one of at most 8 characters" in words
    assert "range of the template depends on the tokenizer" not in words


def test_characters_that_could_tell_a_file_are_not_stated():
    words = said(tokens(items=3, characters=None, range=1))
    assert "number of characters is not stated" in words
    assert "1 billion to 10 trillion tokens" in words


def test_a_range_that_depends_on_the_tokenizer_is_left_to_the_provider():
    words = said(tokens(items=3, characters=10**9, range=None))
    assert "is to be declared" in words
    assert "Range of the template" not in words


def test_the_ranges_of_the_template_are_said_by_modality():
    sizes = [{"modality": "image", "range": 0}, *TEXT, {"modality": "video", "range": 1}]
    assert said(origin.ranges({**FACTS, "modalities": sizes})).splitlines() == [
        "[computed] Range of the template, images: less than 1 million images",
        "[computed] Range of the template, video: 10,000 to 1 million hours",
    ]
    assert origin.ranges({**FACTS, "modalities": TEXT}) is None


def test_bounds_are_said_to_be_bounds():
    came = origins(("a.example", 25, 500), days=("2024-01-02", "2024-03-04"), languages={"en": 25})
    facts = facts_of(Desk(persons=[PERSON]), came=came)
    for part in (origin.domains(facts), origin.languages(facts), origin.latest(facts)):
        assert "are bounds" in said(part)
    for few in ("<10", 12):
        facts["captured"]["items"] = few
        assert "are bounds" not in said(origin.latest(facts))
    assert "One is stated for <20 of 9 items;" in said(origin.languages(facts))


@pytest.mark.parametrize(
    ("kinds", "asked", "items", "expected"),
    [
        (("text",), False, 3, True),
        (("text",), True, 3, False),
        (("text",), False, 9, False),
        (("image",), False, 3, False),
    ],
)
def test_texts_that_were_not_asked_for_their_address_are_said(kinds, asked, items, expected):
    found = {**FACTS["domains"], "asked": asked, "items": items, "of": 9}
    sizes = [{**TEXT[0], "modality": kind} for kind in kinds]
    words = said(origin.domains({**FACTS, "domains": found, "modalities": sizes}))
    assert ("needs sekisho audit --domains" in words) is expected


@pytest.mark.parametrize("c2pa", [True, False])
def test_where_credentials_were_not_read_that_is_said(c2pa):
    found = {**FACTS["synthetic"], "c2pa": c2pa}
    assert (
        "C2PA manifests were not read" in said(origin.synthetic({**FACTS, "synthetic": found}))
    ) is not c2pa
