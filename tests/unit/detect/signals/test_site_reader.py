import pytest

from sekisho.detect.signals.site_reader import MAX_BODY, SiteReader
from sekisho.detect.signals.sites import Copy, Reached, site_signals
from tests.sites import DAY

SITE = "https://a.example"
MANY = (
    b"User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nAllow: /\nDisallow: /private/\nDisallow: /*.pdf$\n"
    b"Disallow: /*?s=\nContent-Usage: /open/ train-ai=y\nContent-Signal: ai-train=no\n"
)


RULES = b"""[
    {"location": "https://b.example/", "tdm-reservation": 0},
    {"location": "/open/*", "tdm-reservation": 0},
    {"location": "/b", "tdm-reservation": 0},
    {"location": "/*.pdf$", "tdm-reservation": 0},
    {"location": "/", "tdm-reservation": 1}
]"""


class Sites:
    def __init__(self, **files):
        self.asked = 0
        self.files = {f"{SITE}/{name.replace('_', '.')}": body for name, body in files.items()}

    def copies(self, url):
        self.asked += 1
        if url not in self.files:
            return ()
        body = self.files[url]
        reached = Reached.UNREACHABLE if body is None else Reached.FOUND
        return (Copy(url=url, reached=reached, captured=DAY, body=body or b""),)


PATHS = (
    "/",
    "/a.jpg",
    "/b",
    "/private/x",
    "/a.pdf",
    "/a?s=1",
    "/open/x",
    "/robots.txt",
    "/%70rivate/",
    "/a*b",
)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"robots_txt": MANY},
        {"robots_txt": None},
        {"robots_txt": b"User-agent: CCBot\nDisallow: *\nAllow: /a\n"},
        {"robots_txt": b"User-agent: *\nDisallow: /$\nDisallow: /*/x\n"},
        {"robots_txt": b"License: https://a.example/l.xml\nUser-agent: *\nDisallow: /b\n"},
        {"robots_txt": MANY, "ai_txt": b"User-Agent: *\nDisallow: *.jpg\n"},
        {"robots_txt": MANY + b"#" * MAX_BODY},
        {"robots_txt": MANY, "_well-known/tdmrep_json": RULES},
        {"_well-known/tdmrep_json": b'[{"location": "/"}, {"tdm-reservation": 1}]'},
        {"_well-known/tdmrep_json": b"{"},
    ],
)
def test_it_says_what_the_long_way_says(files):
    reader, sites = SiteReader(Sites(**files)), Sites(**files)
    for _ in range(2):
        for path in PATHS:
            assert reader.signals(SITE + path) == site_signals(SITE + path, sites)
    for url in (
        "",
        "nowhere",
        SITE,
        "HTTPS://A.example/a.pdf",
        "https://u@a.example:443/b",
        "http://a.example/b",
    ):
        assert reader.signals(url) == site_signals(url, sites)


@pytest.mark.parametrize("files", [{"robots_txt": MANY}, {"_well-known/tdmrep_json": RULES}])
def test_pages_that_no_rule_names_get_the_same_object_and_the_files_are_asked_for_once(files):
    sites = Sites(**files)
    reader = SiteReader(sites)
    first = reader.signals(f"{SITE}/1.jpg")
    asked = sites.asked
    assert first.signals
    assert reader.signals(f"{SITE}/2.jpg") is first
    assert sites.asked == asked
    assert reader.signals(f"{SITE}/{'open' if 'robots_txt' not in files else 'private'}/2.jpg") != first
