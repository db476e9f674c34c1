from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from msgspec import structs

from sekisho.check import NO_SOURCES, SignalSources, Unread, decide_many, glance_at, look_at
from sekisho.check.signals import objects, said_beside
from sekisho.detect.signals.headers import header_signals
from sekisho.detect.signals.sites import ROBOTS_TXT, Copy, Reached
from sekisho.errors import InputError
from sekisho.model import (
    AsOf,
    Item,
    KeyId,
    Outcome,
    Purpose,
    Signal,
    SignalFamily,
    SignalUse,
    Stance,
    TextForm,
    TextSource,
    Told,
    Use,
)
from sekisho.policy import shipped_policy
from tests.embedded import jpeg, jpeg_with, packet
from tests.world import World, drawn

POLICY = shipped_policy("opt-in")
NO_PERSONAL = replace(POLICY, text=replace(POLICY.text, personal=None))
TRAIN = Use(operator=KeyId("ed25519:x"), purpose=Purpose.TRAIN, territory="JP", on=date(2026, 11, 1))
DAY = datetime(2026, 10, 1, tzinfo=UTC)
URL = "https://news.example/a.jpg"


class Site:
    def __init__(self, body, reached=Reached.FOUND):
        self.body, self.reached = body, reached

    def copies(self, url):
        if not url.endswith(ROBOTS_TXT):
            return []
        return [Copy(url=url, reached=self.reached, captured=DAY, body=self.body)]


REFUSING = SignalSources(sites=Site(b"User-agent: GPTBot\nDisallow: /\n"))
SILENT = SignalSources(sites=Site(b"User-agent: *\nAllow: /\n"))


def noted(stance=Stance.DISALLOW):
    return Signal(
        family=SignalFamily.X_ROBOTS, place="x-robots-tag", raw="noai", stances={SignalUse.TDM: stance}
    )


def decided(world, glance):
    return decide_many([glance], snapshot=world.open(), policy=NO_PERSONAL, use=TRAIN)[0]


def record(told=None):
    return Item(name="r", data=b'{"a":"words"}', text=TextSource(form=TextForm.JSON), told=told)


def test_an_item_of_which_nothing_is_said_has_no_signals():
    assert look_at(Item(name="a", data=drawn(1)), policy=POLICY).said is None
    assert said_beside(None, POLICY, REFUSING) is None
    assert said_beside(Told(), POLICY, REFUSING) is None
    assert objects(None, TRAIN) is Stance.UNKNOWN


def test_what_came_with_an_item_counts():
    item = Item(name="a", data=drawn(1), told=Told(signals=(noted(),)))
    assert objects(look_at(item, policy=POLICY).said, TRAIN) is Stance.DISALLOW


def test_what_its_site_says_counts_if_there_are_copies():
    item = Item(name="a", data=drawn(1), told=Told(url=URL))
    assert objects(look_at(item, policy=POLICY, sources=REFUSING).said, TRAIN) is Stance.DISALLOW
    assert look_at(item, policy=POLICY, sources=NO_SOURCES).said is None
    unreached = SignalSources(sites=Site(b"", Reached.UNREACHABLE))
    assert objects(look_at(item, policy=POLICY, sources=unreached).said, TRAIN) is Stance.ERROR


def test_what_comes_to_the_same_is_one_object():
    signal, sources = noted(), SignalSources(sites=Site(b"User-agent: GPTBot\nDisallow: /\n"))
    told = [Told(url=URL), Told(url=f"{URL}?2"), Told(url=URL, signals=(signal,))]
    page, other, both = (said_beside(one, POLICY, sources) for one in told)
    assert page is other
    assert both.signals == (signal, *page.signals)
    assert said_beside(Told(url="https://news.example/b", signals=(signal,)), POLICY, sources) is both
    assert said_beside(Told(url=URL, signals=(noted(),)), POLICY, sources) == both
    crawl = replace(POLICY, signals=replace(POLICY.signals, as_of=AsOf.CRAWL))
    stances = [said_beside(Told(url=URL, captured=at), crawl, sources).stances for at in (DAY, None)]
    assert stances == [page.stances] * 2
    assert said_beside(told[0], crawl, sources) is not page


def test_an_item_that_could_not_be_read_keeps_what_is_said_beside_it():
    item = Item(name="a", data=b"", told=Told(signals=(noted(),)))
    assert objects(look_at(item, policy=POLICY).said, TRAIN) is Stance.DISALLOW


def test_a_manifest_that_can_not_be_read_is_an_error_and_not_leave():
    def broken(_data, _media_type):
        raise InputError("cut off")

    item = Item(name="a", data=jpeg_with((0xEB, b"JP\0\x01\0\0\0\x01" + bytes(8) + b"jumbc2pa")))
    said = look_at(item, policy=POLICY, sources=SignalSources(manifests=broken)).said
    assert objects(said, TRAIN) is Stance.ERROR
    assert look_at(item, policy=POLICY).said is None


def test_a_record_whose_site_refuses_is_not_clear():
    told = Told(url=URL)
    world = World()
    for sources, outcome, reason in (
        (REFUSING, Outcome.BLOCK, "opted_out"),
        (SILENT, Outcome.ALLOW, "no_known_objection"),
    ):
        glance = glance_at(record(told), policy=NO_PERSONAL, sources=sources)
        decision = decided(world, glance)
        assert (decision.outcome, decision.reason) == (outcome, reason)


def test_a_decision_keeps_every_signal_and_what_they_come_to():
    glance = glance_at(record(Told(url=URL)), policy=NO_PERSONAL, sources=REFUSING)
    decision = decided(World(), glance)
    assert {signal.family for signal in decision.signals} == {SignalFamily.ROBOTS}
    assert decision.stances[SignalUse.TRAIN_GENERATIVE] is Stance.DISALLOW


def test_a_record_that_is_refused_is_decided_as_if_it_had_been_read():
    world = World()
    item = record(Told(url=URL))
    waiting = glance_at(item, policy=NO_PERSONAL, sources=REFUSING)
    assert isinstance(waiting, Unread)
    read = decided(world, look_at(item, policy=NO_PERSONAL, sources=REFUSING))
    assert read.outcome is Outcome.BLOCK
    assert decided(world, waiting) == read


class Licensed(Site):
    """A site with nothing but a licence, at whatever address ends in .xml."""

    def copies(self, url):
        if not url.endswith(".xml"):
            return []
        return [Copy(url=url, reached=self.reached, captured=DAY, body=self.body)]


RSL = b'<rsl><content url="/"><license><prohibits>ai-train</prohibits></license></content></rsl>'
LINK = header_signals([("Link", '</rsl.xml>; rel="license"; type="application/rsl+xml"')])


def test_a_licence_that_a_header_names_counts_if_a_copy_of_it_is_there():
    told = Told(url=URL, signals=LINK)
    assert objects(said_beside(told, POLICY, SignalSources()), TRAIN) is Stance.UNKNOWN
    assert objects(said_beside(told, POLICY, REFUSING), TRAIN) is Stance.DISALLOW
    said = said_beside(told, POLICY, SignalSources(sites=Licensed(RSL)))
    assert objects(said, TRAIN) is Stance.DISALLOW
    assert said.of(Purpose.TRAIN).by[0].place == "https://news.example/rsl.xml"
    allowing = Licensed(RSL.replace(b"prohibits", b"permits"))
    assert objects(said_beside(told, POLICY, SignalSources(sites=allowing)), TRAIN) is Stance.ALLOW
    crawl = replace(POLICY, signals=replace(POLICY.signals, as_of=AsOf.CRAWL))
    early = structs.replace(told, captured=DAY.replace(year=2020))
    assert objects(said_beside(early, crawl, SignalSources(sites=allowing)), TRAIN) is Stance.UNKNOWN
    assert objects(said_beside(early, crawl, SignalSources(sites=Licensed(RSL))), TRAIN) is Stance.DISALLOW


def test_leave_by_a_licence_lifts_no_objection():
    told = Told(url=URL, signals=(*LINK, noted()))
    allowing = SignalSources(sites=Licensed(RSL.replace(b"prohibits", b"permits")))
    assert objects(said_beside(told, POLICY, allowing), TRAIN) is Stance.DISALLOW


def test_a_licence_that_robots_txt_names_too_is_told_once():
    class Both(Licensed):
        def copies(self, url):
            robots = [
                Copy(
                    url=url,
                    reached=Reached.FOUND,
                    captured=DAY,
                    body=b"License: https://news.example/rsl.xml",
                )
            ]
            return robots if url.endswith(ROBOTS_TXT) else super().copies(url)

    said = said_beside(Told(url=URL, signals=LINK), POLICY, SignalSources(sites=Both(RSL)))
    assert [one.place for one in said.signals].count("https://news.example/rsl.xml") == 1


def test_a_page_that_names_a_licence_is_heard():
    page = b'<html><head><link rel="license" type="application/rsl+xml" href="/rsl.xml"></head>words</html>'
    item = Item(name="p", data=page, text=TextSource(form=TextForm.HTML), told=Told(url=URL))
    said = look_at(item, policy=NO_PERSONAL, sources=SignalSources(sites=Licensed(RSL))).said
    assert objects(said, TRAIN) is Stance.DISALLOW


def test_of_a_picture_of_which_nobody_tells_where_it_is_from_only_its_own_words_count():
    item = Item(name="a", data=jpeg(packet({"plus:DataMining": "DMI-PROHIBITED"})))
    said = look_at(item, policy=POLICY, sources=REFUSING).said
    assert [signal.family for signal in said.signals] == [SignalFamily.PLUS]
    assert said == look_at(item, policy=POLICY).said


def test_leave_by_a_site_counts_for_a_crawl_only_if_it_stood_when_the_item_was_fetched():
    crawl = replace(POLICY, signals=replace(POLICY.signals, as_of=AsOf.CRAWL))
    giving = SignalSources(sites=Site(b"User-agent: *\nContent-Usage: train-ai=y\n"))
    fetched = {None: Stance.UNKNOWN, DAY - timedelta(days=1): Stance.UNKNOWN, DAY: Stance.ALLOW}
    for captured, stance in fetched.items():
        told = Told(url=URL, captured=captured)
        assert objects(said_beside(told, crawl, giving), TRAIN) is stance
        assert objects(said_beside(told, POLICY, giving), TRAIN) is Stance.ALLOW


def test_what_a_licence_says_about_one_address_is_not_kept_for_another():
    sources = SignalSources(sites=Licensed(RSL.replace(b'url="/"', b'url="/closed/"')))
    found = [
        objects(said_beside(Told(url=f"https://news.example/{path}", signals=LINK), POLICY, sources), TRAIN)
        for path in ("open/a", "closed/a", "open/b")
    ]
    assert found == [Stance.UNKNOWN, Stance.DISALLOW, Stance.UNKNOWN]
