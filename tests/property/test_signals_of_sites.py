"""Files of a site: whatever they hold, nothing crashes, no error becomes leave, all is linear."""

import json
import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sekisho.detect.signals.agents import robots_signals
from sekisho.detect.signals.ai_txt import ai_txt_signals
from sekisho.detect.signals.aipref import aipref_header_signals, aipref_robots_signals, read_usage
from sekisho.detect.signals.content_signal import content_signals, read_content_signal
from sekisho.detect.signals.paths import normal, path_of, pattern, written
from sekisho.detect.signals.resolve import AsOf, resolve
from sekisho.detect.signals.robots import parse_robots
from sekisho.detect.signals.rsl import rsl_signals
from sekisho.detect.signals.site_reader import SiteReader
from sekisho.detect.signals.sites import AI_TXT, ROBOTS_TXT, TDMREP_JSON, Copy, Reached, site_signals
from sekisho.detect.signals.stated import STRICTNESS
from sekisho.detect.signals.structured import parse_dictionary
from sekisho.detect.signals.tdmrep import tdmrep_file_signals
from sekisho.errors import InputError
from sekisho.model import Purpose
from sekisho.model.signal import Signal, SignalFamily, SignalUse, Stance
from tests.counts import count
from tests.mutate import mutations

VECTORS = Path(__file__).parent.parent / "conformance" / "vectors" / "signals"
FROM = {"captured": None, "place": "https://example.com/file", "source": ""}
URLS = ("https://example.com/a.jpg", "https://example.com/ai-ok/%7Ea b*$?画#x", "")


def of_robots(data, url):
    robots = parse_robots(data)
    return (
        *robots_signals(robots, url, **FROM),
        *aipref_robots_signals(robots, url, **FROM),
        *content_signals(robots, url, **FROM),
    )


def of_header(data, _url):
    return aipref_header_signals([data], captured=None)


READ = {
    "robots_txt": of_robots,
    "content_usage": of_header,
    "tdmrep_json": lambda data, url: tdmrep_file_signals(data, url, **FROM),
    "rsl_xml": lambda data, url: rsl_signals(data, url, **FROM),
    "ai_txt": lambda data, url: ai_txt_signals(data, url, **FROM),
}


def inputs(kind):
    """Yield what the vectors hand to one parser, as bytes."""
    for name in ("robots", "agents", "aipref", "content_signal", "tdmrep", "rsl", "ai_txt"):
        for row in json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8")):
            said = row["input"].get(kind)
            if said:
                yield (", ".join(said) if isinstance(said, list) else said).encode()


def fails(kind, data):
    """Tell with another parser, or the strict one, whether a document can not be read."""
    try:
        if kind == "tdmrep_json":
            return not isinstance(json.loads(data.removeprefix(b"\xef\xbb\xbf").decode()), list)
        if kind == "rsl_xml":
            return ET.fromstring(data).tag.rpartition("}")[2].lower() != "rsl"  # noqa: S314 - it has no entities
        if kind == "content_usage":
            parse_dictionary(data)
    except (ValueError, RecursionError, LookupError, ET.ParseError, InputError):
        return True
    return False


@pytest.mark.parametrize("kind", READ)
def test_damaged_documents_crash_nothing_and_their_errors_allow_nothing(kind):
    for data in dict.fromkeys(inputs(kind)):
        for damaged in mutations(data, seed=5, n=count(6, 800)):
            for url in URLS:
                stances = [
                    stance for signal in READ[kind](damaged, url) for stance in signal.stances.values()
                ]
                assert set(stances) <= set(Stance)
                if Stance.ALLOW in stances and b"<!" not in damaged:
                    assert not fails(kind, damaged)


@given(st.binary(max_size=200), st.sampled_from(sorted(READ)), st.text(max_size=20))
@settings(max_examples=count(60, 10_000), deadline=None)
def test_any_bytes_and_any_url(data, kind, url):
    signals = READ[kind](data, url)
    assert all(isinstance(signal, Signal) for signal in signals)


@given(st.text(max_size=60))
@settings(max_examples=count(60, 10_000), deadline=None)
def test_a_usage_that_is_no_dictionary_is_an_error_for_every_use(text):
    try:
        parse_dictionary(text.encode("ascii"))
    except (InputError, UnicodeEncodeError):
        assert read_usage(text).stances == dict.fromkeys(SignalUse, Stance.ERROR)
    else:
        assert Stance.ERROR not in read_usage(text).stances.values()


@given(st.text(max_size=40))
def test_a_content_signal_allows_only_by_yes(text):
    allowed = Stance.ALLOW in read_content_signal(text).stances.values()
    assert not allowed or "yes" in text.lower()


LETTERS = "/ab.*$%2Fé"
RULES = st.text(alphabet=LETTERS, max_size=8).map(lambda text: "/" + text)


def as_expression(rule):
    """Return the regular expression that a rule is, the obvious way."""
    end = "$" if rule.endswith("$") else ""
    parts = (re.escape(normal(part)) for part in rule.removesuffix("$").split("*"))
    return re.compile(".*".join(parts) + ("\\Z" if end else ""), re.DOTALL)


@given(RULES, RULES)
@settings(max_examples=count(60, 10_000), deadline=None)
def test_a_pattern_matches_what_its_regular_expression_matches(rule, path):
    matched = as_expression(rule).match(normal(path)) is not None
    assert pattern(rule).matches(normal(path)) is matched


@given(st.lists(st.tuples(st.booleans(), RULES), max_size=6), RULES)
@example([(True, "/%61"), (False, "/a")], "/a")
@settings(max_examples=count(60, 10_000), deadline=None)
def test_the_rule_that_decides_is_the_longest_that_matches(rules, path):
    lines = "".join(f"{'Allow' if allow else 'Disallow'}: {rule}\n" for allow, rule in rules)
    robots = parse_robots(f"User-agent: *\n{lines}".encode())
    forms = {False: normal(path), True: written(path)}
    matching = [
        (read.length, allow)
        for allow, rule in rules
        if (read := pattern(rule, as_written=allow)).matches(forms[allow])
    ]
    assert robots.allows(path, "x") is (max(matching)[1] if matching else True)


@given(st.lists(st.tuples(st.booleans(), RULES), max_size=4), RULES)
@settings(max_examples=count(60, 10_000), deadline=None)
def test_a_group_in_two_pieces_decides_like_one(rules, path):
    def text(chosen):
        lines = "".join(f"{'Allow' if allow else 'Disallow'}: {rule}\n" for allow, rule in chosen)
        return f"User-agent: a\n{lines}Disallow:\n\n"

    one = parse_robots(text(rules).encode())
    two = parse_robots((text(rules[:2]) + "User-agent: b\nDisallow: /\n\n" + text(rules[2:])).encode())
    assert one.allows(path, "A") is two.allows(path, "A")


@given(st.text(max_size=30))
def test_the_path_of_a_url_is_ascii_and_stays_what_it_is(url):
    path = path_of(url)
    assert path.isascii()
    assert path.startswith("/")
    assert path_of(path) == path or path.startswith("//")


class OneSite:
    def __init__(self, body):
        self.body = body

    def copies(self, url):
        found = url.endswith("/robots.txt")
        at = datetime(2026, 1, 1, tzinfo=UTC)
        return (Copy(url=url, reached=Reached.FOUND, captured=at, body=self.body),) if found else ()


@given(
    st.lists(
        st.sampled_from(["/", "/a", "/a/", "*", "/*", "/*b", "/a*$", "/$", "/%61b", "", "/a /b"]), max_size=5
    ),
    st.lists(st.sampled_from(["Disallow", "Allow", "Content-Usage", "User-agent"]), min_size=5, max_size=5),
    st.lists(
        st.sampled_from(["/", "/a", "/ab", "/a/b", "/x", "/%61b", "/a*", "/robots.txt", ""]), min_size=2
    ),
)
@settings(max_examples=count(40, 10_000), deadline=None)
def test_a_site_that_is_remembered_says_what_it_said(patterns, kinds, paths):
    lines = [
        f"{kind}: {where} train-ai=n" if kind[0] == "C" else f"{kind}: {where}"
        for kind, where in zip(kinds, patterns, strict=False)
    ]
    sites = OneSite("\n".join(["User-agent: GPTBot", *lines]).encode())
    reader = SiteReader(sites)
    for path in paths:
        url = f"https://e.com{path}"
        assert reader.signals(url) == site_signals(url, sites)


PLACES = st.sampled_from(
    ["embedded", "tdm-reservation", "https://e.com/robots.txt", "https://e.com/.well-known/tdmrep.json"]
)
WHEN = st.none() | st.integers(0, 3).map(lambda day: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day))
SIGNALS = st.builds(
    Signal,
    family=st.sampled_from(SignalFamily),
    place=PLACES,
    raw=st.just(""),
    stances=st.dictionaries(st.sampled_from(SignalUse), st.sampled_from(Stance), max_size=3),
    captured=WHEN,
)


@given(st.lists(SIGNALS, max_size=6), st.sampled_from(AsOf), WHEN, SIGNALS)
@settings(max_examples=count(40, 10_000), deadline=None)
def test_leave_needs_somebody_who_gives_it_and_nobody_who_refuses(signals, as_of, crawled, more):
    resolved = resolve(signals, as_of=as_of, crawled=crawled)
    for use, verdict in resolved.uses.items():
        assert all(signal.stances[use] is verdict.stance for signal in verdict.by)
        assert bool(verdict.by) is (verdict.stance is not Stance.UNKNOWN)
    if resolved.of(Purpose.TRAIN).stance is Stance.ALLOW:
        assert resolved.uses[SignalUse.TRAIN_GENERATIVE].stance is Stance.ALLOW
    undated = Signal(
        family=SignalFamily.C2PA,
        place="embedded",
        raw="",
        stances=dict.fromkeys(more.stances, Stance.DISALLOW),
    )
    stricter = resolve([*signals, undated], as_of=as_of, crawled=crawled)
    assert all(stricter.uses[use].stance is Stance.DISALLOW for use in more.stances)


def strictness(resolved):
    """Return how strict a resolution is for each use and purpose."""
    uses = {use: STRICTNESS.index(verdict.stance) for use, verdict in resolved.uses.items()}
    return uses | {purpose: STRICTNESS.index(resolved.of(purpose).stance) for purpose in Purpose}


@given(st.lists(SIGNALS, max_size=6), st.sampled_from(AsOf), WHEN, st.randoms(use_true_random=False))
@settings(max_examples=count(40, 10_000), deadline=None)
def test_in_which_sequence_signals_come_does_not_count(signals, as_of, crawled, random):
    one = resolve(signals, as_of=as_of, crawled=crawled)
    other = resolve(random.sample(signals, len(signals)), as_of=as_of, crawled=crawled)
    assert strictness(one) == strictness(other)
    for use in SignalUse:
        assert sorted(map(repr, one.uses[use].by)) == sorted(map(repr, other.uses[use].by))


@given(st.lists(SIGNALS, max_size=6), st.sampled_from(AsOf), WHEN, SIGNALS)
@settings(max_examples=count(60, 10_000), deadline=None)
def test_no_word_more_weakens_an_objection_or_an_error(signals, as_of, crawled, more):
    # A newer copy of the same file and a later step of TDMRep take a word's place; nothing else does.
    if "://" in more.place or more.family is SignalFamily.TDMREP:
        more = replace(more, place="embedded", family=SignalFamily.LICENCE)
    without, with_ = (resolve(some, as_of=as_of, crawled=crawled) for some in (signals, [*signals, more]))
    before, after = strictness(without), strictness(with_)
    assert all(after[use] >= before[use] for use in SignalUse)
    weakest = STRICTNESS.index(Stance.ERROR)
    assert all(after[one] >= min(before[one], weakest) for one in Purpose if before[one] >= weakest)


@given(st.lists(SIGNALS, min_size=1, max_size=6), st.sampled_from(AsOf), WHEN, st.integers(0, 5))
@settings(max_examples=count(60, 10_000), deadline=None)
def test_what_can_not_be_read_any_more_never_makes_leave(signals, as_of, crawled, number):
    at = number % len(signals)
    # Later steps of TDMRep hold: if the last can not be read, the leave before it is none.
    broken = replace(signals[at], stances=dict.fromkeys(SignalUse, Stance.ERROR))
    whole = resolve(signals, as_of=as_of, crawled=crawled)
    damaged = resolve([*signals[:at], broken, *signals[at + 1 :]], as_of=as_of, crawled=crawled)
    for use in SignalUse:
        if damaged.uses[use].stance is Stance.ALLOW:
            assert whole.uses[use].stance is Stance.ALLOW


@given(
    st.lists(
        st.tuples(st.sampled_from(["robots_txt", "tdmrep_json", "ai_txt"]), st.integers(0, 9)), max_size=6
    ),
    st.integers(0, 10_000),
)
@settings(max_examples=count(40, 10_000), deadline=None)
def test_a_site_whose_robots_txt_could_not_be_reached_at_last_gives_no_leave(files, number):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    bodies = {kind: sorted(set(inputs(kind))) for kind in ("robots_txt", "tdmrep_json", "ai_txt")}
    paths = {"robots_txt": ROBOTS_TXT, "tdmrep_json": TDMREP_JSON, "ai_txt": AI_TXT}
    copies = [
        Copy(
            url=f"https://example.com{paths[kind]}",
            reached=Reached.FOUND,
            captured=at + timedelta(days=day),
            body=bodies[kind][(number + n) % len(bodies[kind])],
        )
        for n, (kind, day) in enumerate(files)
    ]
    copies.append(
        Copy(
            url="https://example.com/robots.txt",
            reached=Reached.UNREACHABLE,
            captured=at + timedelta(days=10),
        )
    )
    said = site_signals(URLS[0], SomeSites(copies))
    found = resolve(said.signals, as_of=AsOf.AUDIT, read=said.read)
    assert not {Stance.ALLOW, Stance.UNKNOWN} & set(found.stances.values())
    assert len(found.stances) == len(SignalUse)


class SomeSites:
    def __init__(self, copies):
        self.all = copies

    def copies(self, url):
        return [copy for copy in self.all if copy.url == url]


HOSTILE = {
    "robots_txt": (
        b"User-agent: *\nDisallow: /*a*b*c\n",
        b"User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /*x\n",
        b"User-agent: GPTBot\nContent-Usage: /*a train-ai=n\nDisallow: /x\n",
        b"Content-Signal: ai-train=no\n",
        b"#\r",
    ),
    "content_usage": (b"a=(1 2);b, ", b"a;", b'"', b"a=:AAAA:,", b"\t", b"(", b'a="\\"'),
    "tdmrep_json": (b'{"location":"/*a*b","tdm-reservation":1},', b"[", b'"\\u0041', b"{},"),
    "rsl_xml": (
        b"<content url='/*a*b'><license/></content>",
        b"<a>",
        b"<a b='",
        b"<!--",
        b"&",
        b"<content/>",
    ),
    "ai_txt": (b"User-Agent: *\nDisallow: *a*b*.jpg\n", b"#", b"Disallow: *\n"),
}
AROUND = {
    "tdmrep_json": (b"[", b"null]"),
    "rsl_xml": (b"<rsl>", b"</rsl>"),
    "ai_txt": (b"User-Agent: *\n", b""),
}


def cost(kind, data):
    begun = time.process_time()
    READ[kind](data, "https://example.com/" + "ab" * 200)
    return time.process_time() - begun


@pytest.mark.parametrize(
    ("kind", "part"), [(kind, part) for kind, parts in HOSTILE.items() for part in parts]
)
def test_four_times_the_document_takes_about_four_times_the_time(kind, part):
    before, after = AROUND.get(kind, (b"", b""))
    repeats = min(count(10_000, 100_000) // len(part), 2000 if kind == "rsl_xml" else 100_000)
    one, four = (before + part * times + after for times in (repeats, 4 * repeats))
    short = min(cost(kind, one + b" " * n) for n in range(2))
    long = min(cost(kind, four + b" " * n) for n in range(2))
    assert long < 10 * short + 0.05


@pytest.mark.parametrize("letters", ["a", "ab", "%61", "/", "*", "画"])
def test_four_times_the_url_takes_about_four_times_the_time(letters):
    robots = parse_robots(("User-agent: *\n" + f"Disallow: /{'*ab' * 50}*c$\n" * 20).encode())

    def matched(url):
        begun = time.process_time()
        robots_signals(robots, url, **FROM)
        return time.process_time() - begun

    one = "https://example.com/" + letters * 2000
    short, long = min(matched(one) for _ in range(2)), min(matched(one + letters * 6000) for _ in range(2))
    assert long < 10 * short + 0.05
