import hashlib
import json
from dataclasses import replace
from unicodedata import normalize

import pytest

from sekisho.check import NO_LENSES, Lenses, Unread, check, decide_many, glance_at, look_at, texts
from sekisho.check.texts import clear_records
from sekisho.demo.story import STORY, paragraphs
from sekisho.detect.personal import Found
from sekisho.errors import ConfigError
from sekisho.model import (
    Edit,
    Item,
    Method,
    Name,
    Outcome,
    PersonalAction,
    PersonalType,
    Print,
    Purpose,
    TextForm,
    TextSource,
)
from sekisho.policy import shipped_policy
from tests.world import World

OPT_IN = shipped_policy("opt-in")
NO_PERSONAL = replace(OPT_IN, text=replace(OPT_IN.text, personal=None))
TALE = paragraphs()
NAMES = (Name(text="水先人 ミナト", reading="みずさきにん みなと"),)


class Scanner:
    """Finds one thing in every text that has a word."""

    def __init__(self, action=PersonalAction.REDACT):
        self.action = action

    def scan(self, texts):
        found = [text.find("電話") for text in texts]
        kind = PersonalType.PHONE
        return [(Found(at, at + 2, kind, 90, "phone", self.action),) if at >= 0 else () for at in found]


@pytest.fixture(scope="module")
def world():
    made = World()
    made.tale = made.register_texts(made.holder, STORY, title="灯台守と星くじら", names=NAMES)
    made.vouch(made.voucher, made.holder)
    made.haiku = made.register_texts(made.rival, "海鳴りの底に灯のある冬の宿")
    return made


def decided(world, text, *, policy=NO_PERSONAL, lenses=NO_LENSES, form=TextForm.PLAIN, **use):
    data = text if isinstance(text, bytes) else text.encode()
    item = Item(name="a.txt", data=data, text=TextSource(form=form))
    return check(item, snapshot=world.open(), policy=policy, use=world.use(**use), lenses=lenses)


def spans(finding):
    return [tuple(map(int, span.split("-"))) for span in finding.detail["spans"].split(",")]


def test_a_pasted_work_is_a_copy_wherever_it_stands(world):
    made = decided(world, "いい話を見つけた。\n" + "\n".join(TALE[:6]) + "\nつづく。")
    (finding,) = made.findings
    assert (made.outcome, made.reason) == (Outcome.BLOCK, "verified_without_permission")
    assert (finding.method, finding.entry, finding.detail["grade"]) == (Method.PASSAGES, world.tale, "copy")
    assert finding.detail["coverage"] > 900


def test_spans_are_code_points_of_the_field_as_stored(world):
    text = f"😀 {'前置きである。' * 30}{TALE[9]}{'後書きである。' * 30}"
    record = json.dumps({"id": "x", "page": {"body": text}}, ensure_ascii=True)
    made = decided(world, record, form=TextForm.JSON)
    (finding,) = made.findings
    assert finding.detail["field"] == "/page/body"
    ((start, stop),) = spans(finding)
    first = text.index(TALE[9])
    assert first <= start <= first + 12
    assert first + len(TALE[9]) - 12 <= stop <= first + len(TALE[9])
    assert (made.outcome, made.reason) == (Outcome.REVIEW, "excerpt")


def test_a_span_ends_with_the_voicing_mark_of_its_last_letter(world):
    text = normalize("NFD", TALE[4]) + "。" + "べつの文である。" * 40
    made = decided(world, text)
    ((_, stop),) = spans(made.findings[0])
    assert text[stop] not in "\u3099\u309a"


def test_markup_between_the_letters_lies_within_the_span(world):
    middle = len(TALE[9]) // 2
    body = f"<p>{'前置きである。' * 30}{TALE[9][:middle]}<b>{TALE[9][middle:]}</b>{'後書き。' * 60}</p>"
    made = decided(world, f"<html><body>{body}</body></html>", form=TextForm.HTML)
    ((start, stop),) = spans(made.findings[0])
    assert "<b>" in f"<html><body>{body}</body></html>"[start:stop]


def test_the_main_text_of_a_page_is_what_a_copy_is_measured_by(world):
    menu = "".join(f"<li><a href='/{n}'>案内の項目その{n}、くわしくは窓口まで</a></li>" for n in range(60))
    tale = "".join(f"<p>{paragraph}</p>" for paragraph in TALE)
    page = f"<html><body><nav><ul>{menu}</ul></nav><article><h1>物語</h1>{tale}</article></body></html>"
    made = decided(world, page, form=TextForm.HTML)
    assert made.findings[0].detail["coverage"] > 850
    assert made.outcome is Outcome.BLOCK


def test_a_short_work_is_found_as_a_whole_line_and_only_asks(world):
    for text in ("海鳴りの底に 灯のある 冬の宿", "一句。\n海鳴りの底に灯のある冬の宿\n"):
        made = decided(world, text)
        assert (made.outcome, made.reason) == (Outcome.REVIEW, "short_work")
        assert made.findings[0].detail.keys() >= {"field", "spans", "grade"}
    assert decided(world, "今日は、海鳴りの底に灯のある冬の宿と詠んだ。").findings == ()


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        (Purpose.GENERATE, (Outcome.REVIEW, "name_in_prompt")),
        (Purpose.TRAIN, (Outcome.ALLOW, "name_only")),
    ],
)
def test_a_name_asks_only_where_something_is_generated(world, purpose, expected):
    made = decided(world, "水先人ミナトが笑っているアニメ風のイラスト", purpose=purpose)
    assert (made.outcome, made.reason) == expected
    (finding,) = made.findings
    assert (finding.method, spans(finding)) == (Method.NAME, [(0, 6)])


@pytest.mark.parametrize(
    ("rule", "found", "expected"),
    [
        ("redact", PersonalAction.REDACT, ("to_redact", (Edit.REDACT,))),
        ("redact", PersonalAction.REVIEW, ("personal_information", ())),
        ("review", PersonalAction.REDACT, ("personal_information", ())),
    ],
)
def test_personal_information_holds_an_item(world, rule, found, expected):
    policy = replace(OPT_IN, text=replace(OPT_IN.text, personal=PersonalAction(rule)))
    made = decided(world, "ご連絡は電話で。", policy=policy, lenses=Lenses(personal=Scanner(found)))
    assert (made.reason, made.edits) == expected
    (span,) = made.personal
    assert (span.field, span.start, span.end, span.score) == ("", 4, 6, 90)
    assert made.outcome is Outcome.REVIEW


def test_what_is_hardly_personal_is_ignored(world):
    policy = replace(OPT_IN, text=replace(OPT_IN.text, personal_score=91))
    made = decided(world, "ご連絡は電話で。", policy=policy, lenses=Lenses(personal=Scanner()))
    assert (made.reason, made.personal) == ("no_known_objection", ())


def test_without_a_scanner_nobody_passes_who_was_to_be_scanned(world):
    with pytest.raises(ConfigError, match="personal information"):
        decided(world, "なんでもない文", policy=OPT_IN)


def test_nothing_is_decided_differently_in_a_batch(world):
    texts = [
        "",
        "\n".join(TALE),
        "なんでもない文である。",
        "海鳴りの底に灯のある冬の宿",
        "電話",
        "\x00\x01\x02" * 9,
    ]
    items = [
        Item(name=str(n), data=t.encode(), text=TextSource(form=TextForm.PLAIN)) for n, t in enumerate(texts)
    ]
    lenses, snapshot, use = Lenses(personal=Scanner()), world.open(), world.use()
    looks = [look_at(item, policy=OPT_IN) for item in items]
    together = decide_many(looks, snapshot=snapshot, policy=OPT_IN, use=use, lenses=lenses)
    alone = [check(item, snapshot=snapshot, policy=OPT_IN, use=use, lenses=lenses) for item in items]
    assert together == alone
    assert [d.reason for d in alone] == [
        "unreadable",
        "verified_without_permission",
        "no_known_objection",
        "short_work",
        "to_redact",
        "unreadable",
    ]


def records():
    texts = [
        "",
        "なんでもない文である。",
        "\n".join(TALE),
        "海鳴りの底に灯のある冬の宿",
        "水先人 ミナトのイラストを描いて",
    ]
    plain = [{"n": n, "text": text} for n, text in enumerate(texts)]
    deep = [{"meta": {"text": text}} for text in texts]
    double = [{"none": "なんでもない文である。", "text": text} for text in texts]
    made = [json.dumps(one, ensure_ascii=False).encode() for one in (*plain, *deep, *double)]
    return [*made, b"{", b"[]", b'{"text":"\x83\x66"}', '{"text":"《題》の本文"}'.encode()]


@pytest.mark.parametrize("purpose", [Purpose.TRAIN, Purpose.GENERATE])
def test_records_are_decided_in_a_batch_as_each_is_alone(world, purpose):
    source = TextSource(form=TextForm.JSON)
    items = [Item(name=str(n), data=data, text=source) for n, data in enumerate(records())]
    snapshot, use = world.open(), world.use(purpose=purpose)
    glances = [glance_at(item, policy=NO_PERSONAL) for item in items]
    assert all(isinstance(one, Unread) for one in glances)
    mixed = [*glances, look_at(items[2], policy=NO_PERSONAL), *glances[::-1]]
    together = decide_many(mixed, snapshot=snapshot, policy=NO_PERSONAL, use=use)
    alone = [check(item, snapshot=snapshot, policy=NO_PERSONAL, use=use) for item in items]
    assert together == [*alone, alone[2], *alone[::-1]]
    assert {d.reason for d in alone} >= {
        "no_known_objection",
        "verified_without_permission",
        "short_work",
        "unreadable",
    }


def test_only_a_plain_record_with_nothing_in_it_is_clear(world):
    clear = [one is not None for one in clear_records(records(), world.open(), NO_PERSONAL)]
    assert clear[:5] == [True, True, False, False, False]
    assert clear[5:10] == [False] * 5
    assert clear[10:] == [True, True, False, False, False, *[False] * 4]


def test_a_record_that_is_registered_as_a_file_is_no_clear_one():
    data = b'{"text":"x"}'
    item = Item(name="a", data=data, text=TextSource(form=TextForm.JSON))
    other = World()
    other.register(other.holder, Print(sha256=hashlib.sha256(data).digest()))
    other.vouch(other.voucher, other.holder)
    snapshot, use = other.open(), other.use()
    (made,) = decide_many(
        [glance_at(item, policy=NO_PERSONAL)], snapshot=snapshot, policy=NO_PERSONAL, use=use
    )
    assert made == check(item, snapshot=snapshot, policy=NO_PERSONAL, use=use)
    assert made.fingerprint.sha256 == hashlib.sha256(data).digest()
    assert [finding.method for finding in made.findings] == [Method.SHA256]


def test_long_batches_are_searched_in_runs(world):
    one, other = records()[1:3]
    some = [one, one[:-1] + b" " * (1 << 20) + b"}", other, one] * 3
    letters = [len(json.loads(record)["text"]) for record in (one, other)]
    found = clear_records(some, world.open(), NO_PERSONAL)
    assert found == [letters[0], letters[0], None, letters[0]] * 3
    assert clear_records([], world.open(), NO_PERSONAL) == []


def test_memory_that_is_used_again_holds_nothing_of_the_run_before(world, monkeypatch):
    monkeypatch.setattr(texts, "_RUN_BYTES", 2000)
    monkeypatch.setattr(texts, "_ROOM", 2250)
    wide = json.dumps({"text": "㍿" * 500 + "なんでもない文である。"}, ensure_ascii=False).encode()
    some = [*records()[:5], wide, *records()[10:15], wide, *records()[:5]]
    alone = [clear_records([one], world.open(), NO_PERSONAL)[0] for one in some]
    assert clear_records(some, world.open(), NO_PERSONAL) == alone
    assert alone[5] == len(json.loads(wide)["text"])
