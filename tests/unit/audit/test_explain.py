from datetime import date

import pytest

from sekisho.audit.explain import explain
from sekisho.model import Grant, GrantId, KeyId, Purpose
from tests.part_rows import film_in, part_in, similar_to
from tests.run_fixture import OPERATOR, entry, finding, holder_key, manifest, row, titles
from tests.text_rows import found_in, named_in, text_row

GRANT = "g-" + "1" * 32


def say(made, lang="en", **options):
    return explain(made, manifest([made]), titles, lang, **options)


def blocked(*findings):
    return row("a.jpg", "block", "verified_without_permission", findings)


def lacking(what, permission="out_of_scope"):
    found = finding(0, distance=3, permission=permission, grant=GRANT)
    found["detail"] = f'{{"lacking":"{what}"}}'
    return blocked(found)


def grant_of(_entry, name):
    return Grant(
        id=GrantId(name),
        registrant=KeyId(holder_key("青嵐書房")),
        entry=None,
        grantee=KeyId(OPERATOR),
        purposes=frozenset({Purpose.GENERATE}),
        territories=frozenset({"KR", "JP"}),
        from_=date(2026, 1, 1),
        until=date(2026, 6, 30),
    )


def test_a_match_is_told_down_to_distance_entry_holder_and_rule():
    said = say(blocked(finding(0, distance=17, orientation="rot90")))
    assert "distance 17, limit 20 bits, turned by 90°" in said
    assert entry(0) in said
    assert "青嵐書房 [confirmed]" in said
    assert "rule verified_without_permission of opt-in" in said
    assert "no licence on record" in said
    assert "edition 12" in said


def test_a_match_is_told_down_to_volume_and_page():
    made = blocked(finding(0, distance=17))
    assert "In the work: volume 3, page 12\n" in say(made, places=lambda _: "3/12")
    assert "第 3 巻 12 ページ\n" in say(made, "ja", places=lambda _: "3/12")
    assert "In the work: page 12\n" in say(made, places=lambda _: "12")
    assert "作品中の位置: 12 ページ\n" in say(made, "ja", places=lambda _: "12")
    assert "In the work" not in say(made)


def test_what_would_change_it_names_holder_purpose_territory_operator_and_day():
    said = say(blocked(finding(0, distance=17)))
    (line,) = [line for line in said.splitlines() if line.startswith("What would change it")]
    for part in (holder_key("青嵐書房"), "training", "JP", OPERATOR, "November 22, 2026"):
        assert part in line


def test_two_holders_have_to_agree_and_one_holder_is_asked_once():
    both = say(blocked(finding(0, distance=1), finding(2, distance=1), finding(1, distance=2)))
    assert both.count("What would change it: a grant by") == 2
    assert "if all of these are given" in both


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("purpose", "the purpose “training” is not in it"),
        ("territory", "the territory JP is not in it"),
        ("not_yet", "it begins on January 1, 2026"),
        ("ended", "it ended on June 30, 2026"),
        ("revoked", "its registrant revoked it"),
    ],
)
def test_a_grant_that_does_not_cover_says_why(what, sentence):
    said = say(lacking(what), grants=grant_of)
    assert f"Grant: {GRANT}" in said
    assert "Its terms: generation / JP, KR / January 1, 2026 to June 30, 2026" in said
    assert sentence in said


def test_without_the_edition_the_terms_of_a_grant_are_left_out():
    said = say(lacking("ended"))
    assert f"Grant: {GRANT}" in said
    assert "Its terms" not in said
    assert "it ended" not in said
    assert "the purpose “training” is not in it" in say(lacking("purpose"))


def test_without_the_edition_the_trust_is_told_as_it_was_decided():
    found = finding(0, distance=3)
    found["detail"] = '{"trust":"verified"}'
    made = blocked(found)
    said = explain(made, manifest([made]), lambda _: ("", "", ""), "en")
    assert "Registrant: not known [confirmed]" in said
    assert f"a grant by {entry(0)}" in said


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_policy_decides_and_the_law_has_a_line_of_its_own(lang):
    rule, law = say(row("a"), lang).splitlines()[-2:]
    assert rule.startswith("Policy: " if lang == "en" else "ポリシー: ")
    assert ("it changes no outcome" if lang == "en" else "判定には影響しません") in law
    assert ("Not evaluated" if lang == "en" else "未評価") in law


@pytest.mark.parametrize(
    ("reason", "outcome", "sentence"),
    [
        ("no_known_objection", "allow", "No objection is not a licence"),
        ("no_positive_permission", "review", "only an item with a registrant's licence passes"),
        ("low_detail", "review", "can not be compared by fingerprint"),
        ("granted_all", "allow", "once a licence is revoked"),
        ("rival_claims", "review", "rival registrants settle it"),
    ],
)
def test_every_rule_says_what_would_change_it(reason, outcome, sentence):
    assert sentence in say(row("a", outcome, reason))


def test_an_unreadable_item_says_why_and_not_that_nothing_matched():
    said = say(row("a", "review", "unreadable", problem="corrupt"), "ja")
    assert "読み取り: 壊れている" in said
    assert "一致した登録はありません" not in said


def test_an_identical_file_and_a_frame_are_told():
    assert "the very same file" in say(blocked(finding(0, method="sha256")))
    framed = finding(0, distance=3)
    framed["detail"] = '{"frame":4}'
    assert "In frame 4" in say(blocked(framed))


def test_a_name_can_not_write_to_the_terminal():
    said = say(row("a\x1b[2J\nOutcome: passed\u202e.jpg", "block", "verified_without_permission"))
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert said.splitlines()[0] == "a<U+001B>[2J<U+000A>Outcome: passed<U+202E>.jpg"


def test_a_text_is_told_with_grade_places_kinds_edits_and_that_a_quotation_may_be_lawful():
    found = found_in(0, "excerpt", spans="12-84,99-120", field="/text")
    made = text_row("a.jsonl#3", "review", "to_cut", [found], personal=["phone"], edits=["cut", "redact"])
    said = say(made, personal=None)
    for part in (
        "passages in common (excerpt)",
        "72 letters: 12% of the item, 0.3% of the work",
        "Where: /text, characters 12-84, 99-120",
        "A quotation may be lawful. This is not legal advice.",
        "Personal information: telephone number",
        "Where it is was deleted.",
        "it passes after sekisho clean --cut --redact",
        "sekisho clean --cut writes it without the excerpts",
    ):
        assert part in said, part
    assert "引用は適法な場合があります" in say(made, "ja")


@pytest.mark.parametrize(
    "reason",
    ["excerpt", "possible_quotation", "short_work", "name_in_prompt", "to_redact", "personal_information"],
)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_reason_of_texts_says_what_would_change_it(reason, lang):
    lines = say(text_row("a.txt", "review", reason), lang).splitlines()
    assert any(
        line.startswith({"ja": "変わるには: ", "en": "What would change it: "}[lang]) for line in lines
    )


@pytest.mark.parametrize(
    ("reason", "found", "sentence"),
    [
        ("name_only", named_in(0), "a policy may ask a person about the name"),
        ("granted_part", found_in(0, "excerpt", permission="granted"), "once a licence is revoked"),
        ("excerpt", found_in(0, "excerpt"), "this policy lets it pass"),
    ],
)
def test_of_what_passes_is_said_what_would_stop_it_and_not_what_would_let_it_pass(reason, found, sentence):
    said = say(text_row("a.txt", "allow", reason, [found]))
    assert sentence in said
    assert said.count("What would change it") == 1


def test_nobody_is_asked_for_a_grant_because_of_a_name_that_is_only_recorded():
    found = [found_in(0, "excerpt"), named_in(2)]
    assert say(text_row("a.txt", "review", "excerpt", found)).count("a grant by") == 1
    prompt = [named_in(2, prompt=True)]
    assert say(text_row("a.txt", "review", "name_in_prompt", prompt)).count("a grant by") == 1


def test_a_text_without_a_find_is_not_called_a_picture():
    said = say(text_row("a.txt"))
    assert "It contains no part of a registered work." in said
    assert "quality" not in said


def test_what_is_little_else_than_personal_information_is_left_out_whatever_is_asked_for():
    made = text_row("a.txt", "review", "to_redact", sha256=None, personal=["phone"], edits=["redact"])
    said = say(made)
    assert "No SHA-256 of it is kept" in said
    assert "take the personal information out of the dataset, and audit again." in said
    assert "sekisho clean" not in said


def test_a_part_is_told_with_places_page_and_what_may_be_lawful():
    said = say(blocked(part_in(0, orientation="mirrored")), places=lambda _: "3/12")
    for words in (
        "top left, 11.9%",
        "middle, 36%",
        "mirrored",
        "volume 3, page 12",
        "Showing a part of a work may be lawful",
    ):
        assert words in said
    assert "bits" not in said
    assert "適法な場合があります" in say(blocked(part_in(0)), "ja")
    assert "lawful" not in say(blocked(finding(0)))


def test_what_only_asks_says_what_a_person_decides():
    made = [
        row("a", "review", "possible_part", [part_in(0, band="review")]),
        row("b", "review", "similar", [similar_to(0)]),
        row("c", "review", "film_clip", [film_in(0)]),
    ]
    for one in made:
        said = say(one)
        assert "What would change it: a person looks" in said
        assert "What would change it: a grant by" in said
    assert "alone is a hint" in say(made[1])
    assert "0:12–0:22 of the item is 5:40–5:50 of the work" in say(made[2])


def test_a_still_of_a_registered_film_or_in_a_film_names_the_moment():
    found = finding(0, distance=7)
    found["detail"] = '{"at":65000,"frame":3}'
    assert "At 1:05 of the item" in say(blocked(found))
    assert "In frame 3" not in say(blocked(found))


def test_a_grant_for_everybody_is_told_as_one():
    found = finding(0, distance=0, permission="granted", grant=GRANT)
    found["detail"] = '{"grantee":"*"}'
    said = say(row("a.jpg", "allow", "given_to_everybody", [found]), grants=grant_of)
    assert "It is for everybody, not for the operator by name." in said
    assert "Given to everybody by a holder whom nobody has confirmed" in said
    assert "once a licence is revoked" in said
    assert "is no licence" not in said
    found["detail"] = '{"grantee":"*","trust":"declared"}'
    assert "says that the registrant does not object, and is no licence" in say(blocked(found))
    found |= {"permission": "out_of_scope", "detail": '{"grantee":"*","lacking":"undisputed"}'}
    assert "nobody can then give it to everybody" in say(row("a.jpg", "review", "disputed", [found]))
