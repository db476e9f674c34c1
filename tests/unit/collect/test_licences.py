import pytest

from sekisho.collect import licences as module
from sekisho.collect.addresses import named_publicly
from sekisho.collect.licences import MAX_OF_HOST, Licences, LicencesOf


def named(*urls):
    made = Licences(named_publicly)
    made.name(urls)
    return made


def test_licences_are_visited_by_their_sites():
    urls = ["https://a.example/1.xml", "https://b.example/1.xml", "https://a.example/2.xml"]
    assert list(named(*urls, *urls)) == [
        LicencesOf("https://a.example", (urls[0], urls[2])),
        LicencesOf("https://b.example", (urls[1],)),
    ]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/rsl.xml",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/rsl.xml",
        "http://0x7f.1/rsl.xml",
        "http://localhost/rsl.xml",
        "http://lib.internal/rsl.xml",
        "https://a.example:22/rsl.xml",
        "ftp://a.example/rsl.xml",
        "https://a.example/" + "x" * 9000,
        "https://",
    ],
)
def test_the_inside_of_a_network_is_never_asked(url):
    made = named(url)
    assert (list(made), len(made), made.left) == ([], 0, 0)


@pytest.mark.parametrize("port", ["", ":8443"])
def test_a_dataset_does_not_make_us_flood_a_host(port):
    urls = [f"https://victim.example{port}/{n}" for n in range(500)]
    urls += [f"http://user@VICTIM.example:{1024 + n}/x" for n in range(500)]
    made = named(*urls)
    assert sum(len(some.urls) for some in made) == len(made) == MAX_OF_HOST
    assert made.left == 1000 - MAX_OF_HOST
    assert not made.admits("https://victim.example./more.xml")
    assert made.admits("https://other.example/x")


def test_what_a_robots_txt_names_takes_the_same_places():
    made = Licences(named_publicly)
    assert sum(made.admits(f"https://victim.example/{n}") for n in range(50)) == MAX_OF_HOST
    made.name(["https://victim.example/51"])
    assert (len(made), made.left) == (0, 1)


def test_what_is_named_once_has_its_place():
    made = named(*(f"https://a.example/{n}" for n in range(MAX_OF_HOST)))
    assert made.admits("https://a.example/3")
    assert not made.admits("https://a.example/99")


def test_long_addresses_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(module, "MAX_LETTERS", 20_000)
    made = named(*(f"https://h{n}.example/{'x' * 8000}" for n in range(9)))
    assert (len(made), made.left) == (2, 7)


def test_a_collect_takes_not_too_many_in_all(monkeypatch):
    monkeypatch.setattr(module, "MAX_NAMED", 3)
    made = named(*(f"https://h{n}.example/rsl.xml" for n in range(9)))
    assert (len(made), made.left) == (3, 6)
