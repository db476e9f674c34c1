from datetime import UTC, datetime

import pytest

from sekisho.audit import hosts as module
from sekisho.audit.files import commit_name, hosts_name
from sekisho.audit.hosts import Tally, host_named, origins_of, summed_hosts
from sekisho.codec import canonical
from sekisho.model import Told
from tests.world import MemoryFiles


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://pics.example/a/b?c#d", "pics.example"),
        ("http://www.pics.example", "pics.example"),
        ("https://www.com/", "www.com"),
        ("HTTPS://WWW.Pics.Example:8443/x", "pics.example"),
        ("https://user:secret@pics.example./x", "pics.example"),
        ("https://pics.example:80/", "pics.example"),
        ("https://localhost/x", "localhost"),
        ("https://日本.example/x", "日本.example"),
        ("https://[2001:db8::1]/", ""),
        ("https:///path", ""),
        ("no address", ""),
        ("https://" + "a" * 300 + ".example", ""),
    ],
)
def test_a_host_is_what_stands_in_the_address(url, host):
    assert host_named(url) == host


def day(number):
    return datetime(2024, 1, number, 23, 59, tzinfo=UTC)


def tally(*told):
    made = Tally()
    for one in told:
        made.add(one, 10)
    return made


def test_a_unit_counts_hosts_days_and_languages():
    facts, data = tally(
        Told(url="https://b.example/1", captured=day(3), languages=("en", "ja")),
        Told(url="https://a.example/2", captured=day(1)),
        Told(url="https://b.example/3", languages=("en",)),
        Told(page="https://page.example/"),
    ).left()
    assert (facts["items"], facts["hosts"]) == (3, 2)
    assert facts["captured"] == {"items": 2, "days": ["2024-01-01", "2024-01-03"]}
    assert facts["languages"] == {"items": 2, "names": {"en": 2, "ja": 1}}
    assert summed_hosts([data]).to_pylist() == [
        {"host": "a.example", "items": 1, "bytes": 10},
        {"host": "b.example", "items": 2, "bytes": 20},
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://pics.example",
        "http://www.pics.example?a=/b",
        "HTTPS://u:p@Pics.example:443//",
        "s3+https://pics.example/x",
        "https://pics.example#x://y/z",
    ],
)
def test_a_host_is_counted_however_its_addresses_are_written(url):
    assert tally(Told(url=url), Told(url="https://pics.example/a/b")).hosts() == {"pics.example": [2, 20]}
    assert tally(Told(url="a/b?c=https://d.example/"), Told(url="https:///pics.example")).hosts() == {}


def test_the_same_counts_give_the_same_bytes_in_any_order():
    told = [Told(url=f"https://h{n}.example/{n}") for n in range(50)]
    assert tally(*told).left() == tally(*reversed(told)).left()


def test_without_addresses_there_is_no_file():
    facts, data = tally(Told(languages=("en",))).left()
    assert (facts["hosts_sha256"], data) == (None, b"")


def test_too_many_names_of_languages_become_one(monkeypatch):
    monkeypatch.setattr(module, "MAX_LANGUAGES", 2)
    made = tally(*(Told(languages=(name,)) for name in ("a1", "a2", "a3", "a4", "a1")))
    assert made.languages == {"a1": 2, "a2": 1, module.NOT_NAMED: 2}


def test_sums_do_not_depend_on_when_they_are_added_up(monkeypatch):
    told = [Told(url=f"https://h{n % 7}.example/") for n in range(19)]
    parts = [tally(*told[:count]).left()[1] for count in range(1, 20)]
    whole = sorted(summed_hosts(parts).to_pylist(), key=str)
    monkeypatch.setattr(module, "MAX_HELD", 1)
    assert sorted(summed_hosts(parts).to_pylist(), key=str) == whole
    assert sum(one["items"] for one in whole) == sum(range(1, 20))


def kept(*made):
    files = MemoryFiles()
    for number, (facts, data) in enumerate(made):
        files.write(commit_name(f"u{number}"), canonical({"unit": f"u{number}", "origins": facts}))
        if data:
            files.write(hosts_name(f"u{number}"), data)
    return files, [f"u{number}" for number in range(len(made))]


def test_a_run_is_the_sum_of_its_units():
    one = tally(Told(url="https://a.example/", captured=day(2), languages=("en",)))
    other = tally(Told(url="https://a.example/", captured=day(5)), Told(languages=("en",)))
    found = origins_of(*kept(one.left(), other.left(), tally().left()))
    assert (found.items, found.dated, found.spoken) == (2, 2, 2)
    assert found.days == ("2024-01-02", "2024-01-05")
    assert found.languages == {"en": 2}
    assert found.hosts.to_pylist() == [{"host": "a.example", "items": 2, "bytes": 20}]


def test_a_run_says_of_how_many_items_nothing_is_counted():
    one, other = tally(Told(url="https://a.example/")), tally()
    one.apart, other.apart = 2, 3
    assert origins_of(*kept(one.left(), other.left())).apart == 5


def test_an_older_run_does_not_say():
    assert origins_of(*kept(tally().left(), (None, b""))) is None
