from sekisho.audit.documents import seen as module
from sekisho.audit.documents.seen import Amount
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


def test_a_domain_is_that_of_the_file_that_speaks_for_the_site():
    rows = [
        {"signals": [signal("x_robots", "x-robots-tag"), signal("robots", ROBOTS, captured="2026-10-02")]},
        {"signals": [signal("plus", "embedded"), signal("licence", "licence", captured="2024-05-06")]},
        {"signals": [signal("robots", "https://[broken/robots.txt")]},
    ]
    found = seen_of(*rows)
    assert found.domains == {"pics.example": Amount(1, 100, 0)}
    assert [day.date().isoformat() for day in found.captured] == ["2024-05-06"] * 2
    assert [day.date().isoformat() for day in found.copied] == ["2026-10-02"] * 2


def test_too_many_domains_are_no_list(monkeypatch):
    monkeypatch.setattr(module, "MAX_HOSTS", 2)
    rows = [{"signals": [signal("robots", f"https://h{n}.example/robots.txt")]} for n in range(9)]
    found = seen_of(*rows)
    assert found.crowded
    assert len(found.domains) == 3


def test_findings_are_counted_by_item_and_grants_only_where_they_let_pass():
    granted = finding(1, permission="granted", grant="g-1")
    rows = [{"findings": [granted, granted]}, {"findings": [granted], "outcome": "block"}]
    found = seen_of(*rows)
    assert found.grants == {"g-1": 1}
    assert found.matches == {"work": 2}
    assert len(found.entries["work"]) == 1


def test_of_a_person_nothing_is_taken_but_that_there_is_one():
    person = {**finding(1), "kind": "likeness", "entry": "", "grant": ""}
    told = [signal("robots", ROBOTS), signal(note="licence:CC0-1.0")]
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
    assert not found.domains
    assert not found.licences


def test_personal_kinds_are_counted_by_item():
    assert seen_of({"personal": ["name", "phone"]}, {"personal": ["name"]}).personal == {
        "name": 2,
        "phone": 1,
    }
