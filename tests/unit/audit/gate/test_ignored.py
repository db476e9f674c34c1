from datetime import date

import pytest

from sekisho.audit.gate.ignored import read_ignores
from sekisho.errors import ConfigError
from tests.run_fixture import entry, finding, row

TODAY = date(2026, 11, 22)
WHO = 'reason = "ticket 4711"\nby = "M. Sato"\nuntil = 2027-03-31\n'
BLOCKED = ("block", "verified_without_permission")


def ignores(*tables, who=WHO):
    return read_ignores("".join(f"[[ignore]]\n{table}\n{who}" for table in tables), "ours.toml", TODAY)


def blocked(item="set/a.jpg", findings=None):
    return row(item, *BLOCKED, [finding(0)] if findings is None else findings)


@pytest.mark.parametrize(
    "table",
    [
        'item = "set/a.jpg"',
        'item = "set/*.jpg"',
        'reason_code = "verified_without_permission"',
        f'entry = "{entry(0)}"',
        f'item = "set/*"\nentry = "{entry(0)}"\nreason_code = "verified_without_permission"',
    ],
)
def test_what_fits_is_ignored_and_it_is_known_who_said_so(table):
    found = ignores(table).of(blocked())
    assert (found.reason, found.by, found.until) == ("ticket 4711", "M. Sato", date(2027, 3, 31))


@pytest.mark.parametrize(
    "table",
    [
        'item = "set/b.jpg"',
        'item = "*.png"',
        'item = "SET/A.JPG"',
        'reason_code = "low_detail"',
        f'entry = "{entry(1)}"',
        'item = "set/a.jpg"\nreason_code = "low_detail"',
    ],
)
def test_what_does_not_fit_is_not(table):
    assert ignores(table).of(blocked()) is None


def test_an_exact_name_may_look_like_a_glob():
    assert ignores('item = "a[1].jpg"').of(blocked("a[1].jpg")) is not None


def test_an_entry_covers_only_its_own_findings():
    both = blocked(findings=[finding(0), finding(1)])
    one, other = f'entry = "{entry(0)}"', f'entry = "{entry(1)}"'
    assert ignores(one).of(both) is None
    assert ignores(one, other).of(both).entry == entry(0)
    granted = finding(1, permission="granted", grant="g-" + "1" * 32)
    assert ignores(one).of(blocked(findings=[finding(0), granted])) is not None
    excused = finding(1) | {"detail": '{"false_match": "f-1"}'}
    assert ignores(one).of(blocked(findings=[finding(0), excused])) is not None


def test_an_entry_says_nothing_of_an_item_without_findings():
    lost = row("a.jpg", "review", "unreadable", problem="corrupt")
    assert ignores(f'entry = "{entry(0)}"').of(lost) is None
    assert ignores('reason_code = "unreadable"').of(lost) is not None


@pytest.mark.parametrize("kind", ["likeness", "listed", "something new"])
def test_people_and_lists_of_authorities_are_never_ignored(kind):
    found = blocked(findings=[finding(0), finding(1) | {"kind": kind}])
    assert ignores('item = "*"').of(found) is None


@pytest.mark.parametrize("reason", ["protected_person", "listed"])
def test_nor_are_they_by_their_reason(reason):
    assert ignores('item = "*"').of(row("a.jpg", "block", reason)) is None


def test_an_ignore_ends_after_its_last_day():
    last = ignores('item = "*"', who='reason = "r"\nby = "b"\nuntil = 2026-11-22')
    assert last.of(blocked()) is not None
    over = ignores('item = "*"', who='reason = "r"\nby = "b"\nuntil = 2026-11-21')
    assert over.of(blocked()) is None
    assert [ignore.what for ignore in over.expired] == ["item = *"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("not toml", "is not TOML"),
        ("ignore = 1", "not a list of tables"),
        ("ignore = [1]", "must be a table"),
        ("other = 1", "'other' is not a list"),
        (f"[[ignore]]\n{WHO}", "names nothing"),
        (f'[[ignore]]\nitem = ""\n{WHO}', "names nothing"),
        (f'[[ignore]]\nitem = "a"\nitems = "b"\n{WHO}', "unknown key 'items'"),
        (f"[[ignore]]\nitem = 1\n{WHO}", "item must be text"),
        ('[[ignore]]\nitem = "a"\nby = "b"\nuntil = 2027-01-01', "has no reason"),
        ('[[ignore]]\nitem = "a"\nreason = " "\nby = "b"\nuntil = 2027-01-01', "has no reason"),
        ('[[ignore]]\nitem = "a"\nreason = "r"\nuntil = 2027-01-01', "has no by"),
        ('[[ignore]]\nitem = "a"\nreason = "r"\nby = "b"', "has no until"),
        ('[[ignore]]\nitem = "a"\nreason = "r"\nby = "b"\nuntil = "2027-01-01"', "must be a day"),
        ('[[ignore]]\nitem = "a"\nreason = "r"\nby = "b"\nuntil = 2027-01-01T00:00:00', "must be a day"),
        ('[[ignore]]\nitem = "a"\nreason = "r"\nby = "b"\nuntil = 2027-11-24', "more than a year"),
    ],
)
def test_a_file_that_says_too_little_or_too_much(text, why):
    with pytest.raises(ConfigError, match=why) as error:
        read_ignores(text, "ours.toml", TODAY)
    assert str(error.value).startswith("ours.toml")


def test_an_empty_file_ignores_nothing():
    assert read_ignores("", "ours.toml", TODAY).of(blocked()) is None
