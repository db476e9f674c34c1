from dataclasses import replace

import pytest

from sekisho.audit.documents.came import captured, domains, language_tag, languages, synthetic, unspoken
from sekisho.audit.documents.registrable import suffixes
from tests.documented import audited_run, declared, facts_of, origins, seen_of, signal
from tests.membership import PERSON, Desk


def runs(*came, seen=None):
    made = audited_run(Desk(), seen)
    return [replace(made, origins=one) for one in came]


MANY = origins(*((f"h{n:02}.example", 10 + n, 1000 * n) for n in range(21)))


def test_the_largest_tenth_of_the_domains_is_named():
    found = domains(runs(MANY), small=False, guarded=False)
    assert (found["domains"], found["share"]) == (21, 10)
    assert [one["domain"] for one in found["top"]] == ["h20.example", "h19.example", "h18.example"]
    assert found["top"][0] == {"domain": "h20.example", "items": 30, "bytes": 20_000}


def test_a_small_enterprise_names_fewer():
    assert len(domains(runs(MANY), small=True, guarded=False)["top"]) == 2
    assert facts_of(said=declared("[provider]\nsmall = true"), came=MANY)["domains"]["share"] == 5


def test_a_small_enterprise_names_no_more_than_a_thousand():
    came = origins(*((f"h{n}.example", 1, n) for n in range(20_040)))
    found = [domains(runs(came), small=small, guarded=False) for small in (True, False)]
    assert [(len(one["top"]), one["share"]) for one in found] == [(1000, None), (2004, 10)]


def test_domains_of_several_runs_are_added_up_and_few_items_are_few():
    one, other = origins(("a.example", 3, 50), ("b.example", 40, 60)), origins(("a.example", 4, 50))
    (top,) = domains(runs(one, other), small=False, guarded=False)["top"]
    assert top == {"domain": "a.example", "items": "<10", "bytes": 100}


def test_hosts_of_one_domain_are_one():
    came = origins(("a.one.co.jp", 12, 60), ("b.one.co.jp", 12, 60), ("two.co.jp", 12, 100))
    found = domains(runs(came, came), small=False, guarded=False)
    assert (found["hosts"], found["domains"]) == (3, 2)
    assert found["top"] == [{"domain": "one.co.jp", "items": 48, "bytes": 240}]
    assert found["suffixes"] == {"version": suffixes().version, "sha256": suffixes().sha256}
    assert domains(runs(came), small=False, guarded=True)["hosts"] == "<20"


def test_only_runs_over_texts_have_to_ask():
    came = replace(MANY, asked=False)
    pictures, texts = (seen_of({"media_type": kind}) for kind in ("image/png", "application/json"))
    assert domains(runs(came, seen=pictures), small=False, guarded=False)["asked"] is True
    assert domains(runs(came, seen=texts), small=False, guarded=False)["asked"] is False
    assert domains(runs(MANY, seen=texts), small=False, guarded=False)["asked"] is True


def test_older_runs_tell_no_domains_and_that_is_said():
    assert domains(runs(None), small=False, guarded=False) is None
    found = domains(runs(None, origins(("a.example", 30, 50))), small=False, guarded=False)
    assert found["unknown_runs"] == 1
    assert found["items"] == 30


def test_beside_a_section_about_persons_nothing_exact_is_said():
    found = facts_of(Desk(persons=[PERSON]), came=origins(("a.example", 25, 123_456), languages={"en": 25}))
    assert (found["domains"]["items"], found["domains"]["domains"]) == ("<20", "<20")
    assert found["domains"]["top"] == [{"domain": "a.example", "items": None, "bytes": None}]
    assert found["languages"]["tags"] == [{"language": "en", "items": "<40"}]
    assert found["synthetic"]["trainedAlgorithmicMedia"] == 0


def test_what_is_known_of_the_dataset_does_not_tell_how_much_is_missing():
    """Everybody can count the rows of a public dataset; the totals do not change with what is not counted."""

    def of(apart):
        rows = [("b.example", 80, 9), ("a.example", 920 - apart, 9)]
        came = replace(origins(*rows, days=("2024-01-02", "2024-03-04"), languages={"en": 1000 - apart}))
        made = replace(runs(came)[0], origins=replace(came, apart=apart))
        made = replace(made, cited={**made.cited, "items": 1000})
        where = domains([made], small=False, guarded=True)
        assert unspoken([made]) == apart
        return where, captured([made], guarded=True), languages([made], guarded=True)["items"]

    assert of(0) == of(1) == of(99)
    assert of(7)[0]["items"] == of(7)[1]["items"] == of(7)[2] == "<1001"


def test_guarded_domains_stand_in_no_order_of_size():
    top = domains(runs(MANY), small=False, guarded=True)["top"]
    assert [one["domain"] for one in top] == ["h18.example", "h19.example", "h20.example"]
    assert {(one["items"], one["bytes"]) for one in top} == {(None, None)}


def test_the_exact_size_of_few_files_is_not_told():
    (top,) = domains(runs(origins(("a.example", 1, 123_456))), small=False, guarded=False)["top"]
    assert top == {"domain": "a.example", "items": "<10", "bytes": 120_000}


def test_days_come_from_items_and_from_rows_of_older_runs():
    some = origins(("a.example", 12, 5), days=("2024-01-02", "2024-03-04"))
    whole = captured(runs(some), guarded=False)
    assert whole == {"first": "2024-01-02", "last": "2024-03-04", "items": 12}
    older = runs(None, seen=seen_of({"signals": [signal(captured="2023-05-06")]}))
    found = captured([*runs(some), *older], guarded=False)
    assert found == {"first": "2023-05-06", "last": "2024-03-04", "items": None}
    assert captured(runs(None), guarded=False) is None


@pytest.mark.parametrize(
    ("stated", "tag"),
    [
        ("en", "en"),
        ("jpn", "ja"),
        ("ENG", "en"),
        ("Japanese", "ja"),
        ("zh_hant", "zh-Hant"),
        ("pt-br", "pt-BR"),
        ("yue", "yue"),
        ("ca-VALENCIA", "ca-valencia"),
        ("en-US-x-jiro", "en-US"),
        ("ja-taro-yamada", "ja"),
        ("en-<script>|", "en"),
        ("zh_Hant_TW", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("Python", ""),
        ("zz", ""),
        ("?", ""),
    ],
)
def test_what_a_dataset_calls_a_language_becomes_its_tag(stated, tag):
    assert language_tag(stated) == tag


def test_languages_are_counted_by_tag():
    came = origins(languages={"ja": 20, "jpn": 5, "Python": 12, "en": 30}, spoken=67)
    found = languages(runs(came), guarded=False)
    assert found["tags"] == [{"language": "en", "items": 30}, {"language": "ja", "items": 25}]
    assert (found["items"], found["not_known"]) == (67, 12)
    assert languages(runs(origins(("a.example", 1, 1))), guarded=False) is None


def test_synthetic_items_are_counted_where_runs_have_looked():
    seen = seen_of(*[{"signals": [signal("source_type", note="trainedAlgorithmicMedia")]}] * 11)
    found = synthetic(runs(origins(), seen=seen), guarded=False)
    assert found["trainedAlgorithmicMedia"] == 11
    assert synthetic(runs(None, seen=seen), guarded=False) is None


@pytest.mark.parametrize("used", [(True, True), (True, False), (True, None), (None,)])
def test_credentials_were_looked_for_only_if_every_run_did(used):
    told = [{"used": {"c2pa": one}} if one is not None else None for one in used]
    made = [
        replace(run, manifest={**run.manifest, "signals": one})
        for run, one in zip(runs(*[origins()] * len(used)), told, strict=True)
    ]
    assert synthetic(made, guarded=False)["c2pa"] is all(one is True for one in used)
