import json

from sekisho.demo.corpus import PROMPTS, TEXTS, write_corpus, write_prompts
from sekisho.demo.story import TITLE


def test_the_files_hold_the_pages_in_their_order(tmp_path):
    write_corpus(tmp_path / "texts")
    write_prompts(tmp_path / "prompts")
    for name, pages in (("texts/web.jsonl", TEXTS), ("prompts/prompts.jsonl", PROMPTS)):
        lines = (tmp_path / name).read_text(encoding="utf-8").splitlines()
        assert [json.loads(line)["text"] for line in lines] == [page.text for page in pages]


def test_every_outcome_and_every_reason_of_texts_is_shown():
    shown = {(page.expected, page.reason) for page in (*TEXTS, *PROMPTS)}
    assert {outcome for outcome, _ in shown} == {"allow", "review", "block"}
    assert {"excerpt", "possible_quotation", "to_redact", "name_in_prompt"} <= {reason for _, reason in shown}


def test_the_quotation_names_what_it_quotes():
    (quoting,) = (page for page in TEXTS if page.reason == "possible_quotation")
    assert f"『{TITLE}』より" in quoting.text
