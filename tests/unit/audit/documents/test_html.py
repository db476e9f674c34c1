from html.parser import HTMLParser

from sekisho.audit.documents.eu_summary import eu_summary
from sekisho.audit.documents.html import html
from tests.documented import declared, facts_of, seen_of, signal

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs


def shown(said, **more):
    facts = facts_of(said=declared(said), **more)
    page, tags = html(eu_summary(facts), facts, "en"), Tags()
    tags.feed(page)
    return page, tags


def test_nothing_that_others_wrote_becomes_markup_and_there_is_no_script():
    said = f"[model]\nname = '{HOSTILE}'\n[rights]\nmeasures = '{HOSTILE}'"
    said += f"\n[sources.crawl]\ncrawlers = ['{HOSTILE}']"
    row = {"signals": [signal("robots", "https://a.example/robots.txt"), signal(note=f"licence:{HOSTILE}")]}
    page, tags = shown(said, seen=seen_of(row))
    assert not {"script", "img", "iframe", "link", "form"} & set(tags.tags)
    assert not [name for name, _ in tags.attributes if name.startswith("on") or name in {"src", "style"}]
    assert "&lt;script&gt;" in page


def test_it_asks_nothing_of_the_network_and_says_what_it_is_not():
    page, tags = shown("")
    assert "default-src 'none'" in page
    assert not [value for name, value in tags.attributes if name == "href" and not value.startswith("#")]
    assert "not a proof that anything is lawful" in page


def test_long_texts_are_kept_in_full():
    page, _ = shown(f"[rights]\nmeasures = '''{'word ' * 1500}'''")
    assert page.count("word ") >= 1400
