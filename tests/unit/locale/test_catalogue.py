import re
from datetime import date
from importlib import resources
from string import Formatter

import pytest

from sekisho.audit.again.causes import Why as Causes
from sekisho.audit.documents.declared import PRINCIPLES
from sekisho.audit.documents.seen import MODALITIES
from sekisho.audit.documents.sheet import Mark
from sekisho.audit.membership.against import Conflict
from sekisho.audit.report.parts import PLACES
from sekisho.cases.completeness import FIELDS as NOTICE_FIELDS
from sekisho.cases.duecare import Ground
from sekisho.cases.requests import ShownBy
from sekisho.cases.views import Sight
from sekisho.detect.signals.agents import AgentClass
from sekisho.detect.signals.kept import Why
from sekisho.detect.signals.sites import Reached
from sekisho.fingerprint.pdq import DIHEDRAL
from sekisho.locale import (
    LANGS,
    Titled,
    Word,
    bits,
    clock,
    day,
    keys,
    number,
    percent,
    shown,
    size,
    text,
    word,
)
from sekisho.match.names import NameRule
from sekisho.model import (
    CaseKind,
    CaseOutcome,
    CaseState,
    Compliance,
    Grade,
    Kind,
    Method,
    Outcome,
    Permission,
    PersonalType,
    Purpose,
    SignalFamily,
    Stance,
    Trust,
    Unreadable,
)
from sekisho.model import Subject as CaseSubject
from sekisho.model.hit import Cause, Nearness, Store
from sekisho.model.question import AskBasis, FileRefusal, Refusal
from sekisho.rules import words as rule_words
from sekisho.rules.compared import Kind as TermKind
from sekisho.rules.conclude import Standing
from sekisho.rules.vocabulary import FactType
from sekisho.trace.lines import Means

RULES = (
    "granted_all",
    "no_known_objection",
    "no_positive_permission",
    "verified_without_permission",
    "declared_without_permission",
    "rival_claims",
    "confirmed_false_match",
    "disputed",
    "foreign_list",
    "low_detail",
    "opted_out",
    "signal_unreadable",
    "unreadable",
    "excerpt",
    "possible_quotation",
    "short_work",
    "possible_part",
    "similar",
    "film_clip",
    "name_in_prompt",
    "to_cut",
    "to_redact",
    "personal_information",
    "granted_part",
    "given_to_everybody",
    "name_only",
    "protected_person",
    "listed",
)
FAMILIES = {
    "outcome": Outcome,
    "outcome_note": Outcome,
    "permission": Permission,
    "trust": Trust,
    "kind": Kind,
    "method": Method,
    "purpose": Purpose,
    "unreadable": Unreadable,
    "orientation": DIHEDRAL,
    "reason": RULES,
    "reason_short": RULES,
    "grade": Grade,
    "grade_note": Grade,
    "name_rule": NameRule,
    "personal": PersonalType,
    "stage": (
        *("sha256", "pdq", "rotations", "local", "model", "frames"),
        *("excerpts", "names", "personal", "protected", "rules"),
    ),
    "place": PLACES,
    "stage_why": (
        "no rule packs",
        "depth exact",
        "not asked for by the policy",
        "no text among the items",
        "not as deep as the policy goes",
        "the edition has none",
        "encoders are missing",
        "no section is used",
    ),
    "registry": ("entries_work", "entries_character", "entries_verified", "entries_declared"),
    "distances": ("threshold_upright", "threshold_turned"),
    "chart": ("all_items",),
    "why": Causes,
    "verdict": ("passed", "findings"),
    "verdict_level": ("block", "review", "never"),
    "baseline_differs": ("snapshot", "policy", "use", "sample"),
    "askbasis": AskBasis,
    "refusal": Refusal,
    "filerefusal": FileRefusal,
    "against": Conflict,
    "cause": Cause,
    "nearness": Nearness,
    "recorded": Store,
    "trace": (*Means, "protected_person", "listed"),
    "complete": ("yes", "no"),
}
FAMILY_KEYS = {f"{family}.{value}" for family, values in FAMILIES.items() for value in values}
CASE_WORDS = {
    "compliance": Compliance,
    "field": (
        "minor",
        "danger",
        "threatened",
        "relation",
        "signed",
        "authorship",
        *(f for asked in NOTICE_FIELDS.values() for f in asked),
    ),
    "kind": CaseKind,
    "outcome": CaseOutcome,
    "shown": ShownBy,
    "state": CaseState,
    "subject": CaseSubject,
    "told": Sight,
}
FAMILY_KEYS |= {f"case.{family}_{value}" for family, values in CASE_WORDS.items() for value in values}
FAMILY_KEYS |= {f"verify.opening_persons_{said}" for said in ("yes", "no", "unknown")}
LENGTHS = [f"{unit}{one}" for unit in ("hours", "days", "business_days", "months") for one in ("", "_one")]
LAW_WORDS = {
    "standing": Standing,
    "short": Standing,
    "outcome": rule_words.Outcome,
    "effect": rule_words.Effect,
    "status": rule_words.Status,
    "confidence": rule_words.Confidence,
    "kind": FactType,
    "diff": (*TermKind, *LENGTHS),
}
SIGNAL_WORDS = {"signal": SignalFamily, "stance": Stance}
FAMILY_KEYS |= {f"{family}.{value}" for family, values in SIGNAL_WORDS.items() for value in values}
COLLECT_WORDS = {
    "collect.why": [why for why in Why if why],
    "collect.reached": Reached,
    "published.class": AgentClass,
}
FAMILY_KEYS |= {f"{family}_{value}" for family, values in COLLECT_WORDS.items() for value in values}
DOCUMENT_WORDS = {
    "mark": Mark,
    "modality": MODALITIES,
    "jp": (*PRINCIPLES, "comply", "explain", "not_applicable", "title"),
    **dict.fromkeys(("ab", "appi"), ("title",)),
    "eu": ("title", "users_interactions", "users_services"),
    **dict.fromkeys(("range_text", "range_image", "range_audio", "range_video"), "012"),
    "declared": (
        *("name", "address", "email", "url", "version", "creators", "purpose", "announced"),
        *("collected_from", "collected_until", "purposes", "behaviour", "period", "content"),
    ),
    "doc": ("all_reasons",),
}
FAMILY_KEYS |= {f"{family}.{value}" for family, values in DOCUMENT_WORDS.items() for value in values}
FAMILY_KEYS |= {f"care.{family}_{value}" for family in ("by", "means") for value in Ground}
FAMILY_KEYS |= {f"rules.{family}_{value}" for family, values in LAW_WORDS.items() for value in values}
SAID = re.compile(
    r"""\b(?:t|text|both|heading|both_as)\(\s*(?:\d+,\s*|"text",\s*)?["']([a-z_]+\.[a-z_]+)["'](?! ~)"""
)
FORBIDDEN = {"ja": ("証明書", "指紋"), "en": ("certificate",)}


def sources(repository):
    folder = repository / "src" / "sekisho"
    files = [*folder.rglob("*.py"), *(folder / "locale" / "templates").iterdir()]
    return {path: path.read_text(encoding="utf-8") for path in files}


def fields(sentence):
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def raw(lang):
    file = resources.files("sekisho.locale").joinpath("catalogues", f"{lang}.po")
    return file.read_text(encoding="utf-8")


def pairs(lang):
    return dict(re.findall(r'msgid "(.+)"\nmsgstr "(.*)"\n', raw(lang)))


def test_both_languages_have_the_same_keys_and_say_something():
    assert keys("ja") == keys("en")
    for lang in LANGS:
        assert set(pairs(lang)) == keys(lang)
        assert [key for key, sentence in pairs(lang).items() if not sentence] == []


def test_both_languages_fill_in_the_same_values():
    japanese, english = pairs("ja"), pairs("en")
    assert [key for key in japanese if fields(japanese[key]) != fields(english[key])] == []


def test_no_text_is_missing(repository):
    said = {key for source in sources(repository).values() for key in SAID.findall(source)}
    assert len(said) > 100
    assert said | FAMILY_KEYS <= keys("ja"), sorted((said | FAMILY_KEYS) - keys("ja"))


def test_no_text_is_unused(repository):
    everything = "\n".join(sources(repository).values())
    unused = [key for key in keys("ja") if key not in FAMILY_KEYS and f'"{key}"' not in everything]
    assert unused == []


def test_every_value_of_a_closed_set_has_a_word():
    assert keys("ja") >= FAMILY_KEYS


@pytest.mark.parametrize("lang", LANGS)
def test_no_word_that_the_glossary_forbids(lang):
    assert [term for term in FORBIDDEN[lang] if term in raw(lang).lower()] == []


def test_no_page_says_a_forbidden_word(repository):
    templates = (repository / "src" / "sekisho" / "locale" / "templates").iterdir()
    pages = "".join(path.read_text(encoding="utf-8") for path in templates)
    assert [term for term in FORBIDDEN["ja"] if term in pages] == []


@pytest.mark.parametrize(
    ("family", "value", "japanese", "english"),
    [
        ("outcome", "allow", "通過", "passed"),
        ("outcome", "review", "要確認(保留)", "on hold"),
        ("outcome", "block", "除外", "excluded"),
        ("trust", "declared", "自己申告", "self-declared"),
        ("trust", "verified", "確認済み", "confirmed"),
        ("permission", "none", "許諾の記録なし", "no licence on record"),
        ("permission", "conflict", "権利主張の競合", "rival claims"),
    ],
)
def test_the_words_are_those_of_the_glossary(family, value, japanese, english):
    assert (word(family, value, "ja"), word(family, value, "en")) == (japanese, english)


def test_no_objection_is_never_said_without_what_it_does_not_mean():
    for family in ("reason", "reason_short"):
        assert "異議の登録なし" in word(family, "no_known_objection", "ja")
        assert "ではない" in word(family, "no_known_objection", "ja").replace("ではありません", "ではない")
        assert "not" in word(family, "no_known_objection", "en")
        assert "licensed" in word(family, "no_known_objection", "en")


def test_passed_is_explained_as_no_proof_of_lawfulness():
    assert "適法の証明ではありません" in text("outcome_note.allow", "ja")
    assert "not proof of lawfulness" in text("outcome_note.allow", "en")


def test_values_are_written_as_the_language_writes_them():
    assert text("chart.items", "ja", count=1_234_567) == "1,234,567 件"
    assert day(date(2026, 11, 22), "ja") == "2026年11月22日"
    assert day(date(2026, 11, 22), "en") == "November 22, 2026"
    assert number(0.25, "en") == "0.2"
    assert size(48_200_000, "en") == "48.2 MB"
    assert size(999, "ja") == "999 B"
    assert size(5e15, "en") == "5,000 TB"
    assert (bits(31.0), bits(7)) == ("31", "7")
    assert text("chart.word", "en", word=Word("outcome", "block")) == "excluded"
    assert text("work.title", "en", work=Titled("", "e-0123456789abcdef")) == "(untitled) e-01234567"
    assert text("report.depth", "en", depth=date(2026, 1, 2)) == "Depth of the check: January 2, 2026"


def test_a_value_can_not_move_the_cursor():
    assert text("summary.report", "en", path="a\x1b[2J\u202eb") == "Report: a<U+001B>[2J<U+202E>b"


def test_a_missing_key_or_value_or_language_is_an_error():
    with pytest.raises(KeyError):
        text("no.such_key", "ja")
    with pytest.raises(KeyError):
        text("chart.items", "ja")
    with pytest.raises(ValueError, match="no such language"):
        text("chart.items", "fr", count=1)


def test_a_share_that_is_not_nothing_never_reads_as_nothing_nor_as_all():
    assert percent(1, 10_000_000, "en") == "0.1%"
    assert percent(9_999_999, 10_000_000, "en") == "99.9%"
    assert percent(0, 10, "en") == "0%"
    assert percent(10, 10, "en") == "100%"
    assert percent(0, 0, "en") == "-"


def test_a_name_can_not_move_the_cursor_or_turn_the_text_around():
    assert shown("a\x1b[31m\nb") == "a<U+001B>[31m<U+000A>b"
    assert shown("photo\u202egpj.exe") == "photo<U+202E>gpj.exe"
    assert shown("\u2066x\u2069\u200b\udc80") == "<U+2066>x<U+2069><U+200B><U+DC80>"
    assert shown("絵本 第1巻.png") == "絵本 第1巻.png"


def test_a_long_name_loses_its_middle():
    name = shown("begin" + "x" * 10_000 + ".jpg")
    assert name.startswith("begin")
    assert name.endswith(".jpg")
    assert len(name) < 170


def test_a_word_that_nobody_has_translated_is_said_as_it_is():
    assert word("reason", "house_rule", "ja") == "house_rule"
    assert word("stage", "a\x1bb", "en") == "a<U+001B>b"


@pytest.mark.parametrize(
    ("milliseconds", "said", "up"),
    [
        (0, "0:00", "0:00"),
        (12_000, "0:12", "0:12"),
        (59_999, "0:59", "1:00"),
        (3_723_001, "1:02:03", "1:02:04"),
    ],
)
def test_a_moment_is_written_as_players_show_it(milliseconds, said, up):
    assert (clock(milliseconds), clock(milliseconds, up=True)) == (said, up)
