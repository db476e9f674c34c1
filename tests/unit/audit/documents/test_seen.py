from sekisho.audit.documents import seen as module
from sekisho.audit.documents.seen import Amount
from sekisho.detect.signals.source_type import MADE_BY_MODELS
from tests.documented import batch, seen_of, signal
from tests.run_fixture import finding

ROBOTS = "https://pics.example/robots.txt"


def test_types_are_added_up_as_modalities():
    kinds = ("image/png", "image/jpeg", "text/html", "application/epub+zip", "video/mp4", "audio/ogg", "")
    found = seen_of(*({"media_type": kind, "duration": 1500 * (kind == "video/mp4")} for kind in kinds))
    assert found.modalities["image"] == Amount(2, 200, 0)
    assert found.modalities["text"] == Amount(2, 200, 0)
    assert found.modalities["video"] == Amount(1, 100, 1500)
    assert found.modalities["audio"].items == found.modalities["unknown"].items == 1


def test_rows_of_an_older_layout_are_read():
    older = batch({}).select(["media_type", "bytes", "outcome", "reason", "findings", "problem"])
    assert module.see([older]).modalities == {"image": Amount(1, 100, 0)}


def test_a_licence_is_counted_by_its_identifier():
    told = signal(note="licence:CC-BY-NC-4.0; noncommercial")
    found = seen_of({"signals": [told, told]}, {"signals": [signal(note="licence not known")]}, {})
    assert found.licences == {"CC-BY-NC-4.0": 1, "": 1}
    assert found.licensed == 2


def test_too_many_licences_become_one(monkeypatch):
    monkeypatch.setattr(module, "MAX_LICENCES", 2)
    found = seen_of(*({"signals": [signal(note=f"licence:LicenseRef-{n}")]} for n in range(4)))
    assert found.licences[""] == 2


def test_days_of_items_and_of_copies_of_sites_stand_apart():
    rows = [
        {"signals": [signal("x_robots", "x-robots-tag"), signal("robots", ROBOTS, captured="2026-10-02")]},
        {"signals": [signal("plus", "embedded"), signal("licence", "licence", captured="2024-05-06")]},
    ]
    found = seen_of(*rows)
    assert [day.date().isoformat() for day in found.captured] == ["2024-05-06"] * 2
    assert [day.date().isoformat() for day in found.copied] == ["2026-10-02"] * 2


def test_what_a_model_has_made_is_counted_once_an_item():
    made = [
        [signal("source_type", "embedded", "trainedAlgorithmicMedia; signer=A")] * 2,
        [signal("source_type", "embedded", f"{MADE_BY_MODELS[n]}") for n in (1, 0)],
        [signal("source_type", "embedded", "compositeWithTrainedAlgorithmicMedia")],
        [signal("source_type", "embedded", "trainedAlgorithmicMedia; said of a part")],
        [signal("source_type", "embedded", "trainedAlgorithmicMedia; an earlier manifest or ingredient")],
        [],
    ]
    found = seen_of(*({"signals": signals} for signals in made))
    assert found.synthetic == dict(zip(MADE_BY_MODELS, (2, 3), strict=True))


def test_findings_are_counted_by_item_and_grants_only_where_they_let_pass():
    granted = finding(1, permission="granted", grant="g-1")
    rows = [{"findings": [granted, granted]}, {"findings": [granted], "outcome": "block"}]
    found = seen_of(*rows)
    assert found.grants == {"g-1": 1}
    assert found.matches == {"work": 2}
    assert len(found.entries["work"]) == 1


def test_of_a_person_nothing_is_taken_but_that_there_is_one():
    person = {**finding(1), "kind": "likeness", "entry": "", "grant": ""}
    told = [signal("source_type", note=MADE_BY_MODELS[0]), signal(note="licence:CC0-1.0")]
    found = seen_of(
        {
            "findings": [person, finding(2)],
            "signals": told,
            "reason": "protected_person",
            "outcome": "review",
        },
        {"reason": "listed", "outcome": "block", "media_type": "", "bytes": 0, "signals": told},
    )
    assert found.matches == {"likeness": 1}
    assert not found.entries
    assert not found.synthetic
    assert not found.licences


def test_personal_kinds_are_counted_by_item():
    assert seen_of({"personal": ["name", "phone"]}, {"personal": ["name"]}).personal == {
        "name": 2,
        "phone": 1,
    }


def test_a_grant_for_everybody_is_no_licence_of_the_operators_own():
    general = {**finding(1, permission="granted", grant="g-2"), "detail": '{"grantee":"*"}'}
    found = seen_of({"findings": [finding(1, permission="granted", grant="g-1"), general]})
    assert (found.grants, found.general) == ({"g-1": 1}, {"g-2": 1})
