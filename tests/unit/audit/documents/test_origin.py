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


def test_domains_are_named_with_what_a_domain_is():
    words = said(origin.domains(facts_of(came=origins(("a.example", 12, 500), ("b.example", 20, 100)))))
    assert "known for 32 of 9 items" in words
    assert "from 2 domains. Named are the 1 largest by size (10 % of all domains)" in words
    assert "Domain: a.example" in words
    assert "b.example" not in words


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
    assert "The dataset states a language for 42 of 9 items. Nobody has checked it" in words
    assert "Language: ja; Items: 30" in words
    assert "What 12 of them state is no language" in words


def test_items_made_by_models_are_no_statement_about_the_others():
    rows = [{"signals": [signal("source_type", note="trainedAlgorithmicMedia")]}] * 12
    words = said(origin.synthetic(facts_of(seen=seen_of(*rows))))
    assert "a trained model made them: 12; that parts of them were made so: 0" in words
    assert "declared, not computed" in words


def test_tokens_are_never_guessed():
    assert origin.tokens(FACTS) is None
    text = {**FACTS, "modalities": [{"modality": "text", "items": 3, "bytes": 9, "seconds": 0}]}
    assert "depends on the tokenizer" in said(origin.tokens(text))


def test_the_ranges_of_the_template_follow_from_exact_counts_alone():
    def of(modality, items, seconds=0):
        sizes = {"modality": modality, "items": items, "bytes": 1, "seconds": seconds}
        return origin.ranges({**FACTS, "modalities": [sizes]})

    assert "less than 1 million images" in said(of("image", 999_999))
    assert "1 million to 1 billion images" in said(of("image", 10**6))
    assert "10,000 to 1 million hours" in said(of("video", 1, 36_000_000))
    assert of("image", "<40") is of("image", None) is of("text", 10) is of("audio", 5) is None


def test_bounds_are_said_to_be_bounds():
    came = origins(("a.example", 25, 500), days=("2024-01-02", "2024-03-04"), languages={"en": 25})
    facts = facts_of(Desk(persons=[PERSON]), came=came)
    for part in (origin.domains(facts), origin.languages(facts), origin.latest(facts)):
        assert "are bounds" in said(part)
