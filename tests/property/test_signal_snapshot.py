from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sekisho.collect.visit import Ask, visit
from sekisho.detect.signals.kept import Kept, Why
from sekisho.detect.signals.sites import Reached
from sekisho.store.signals import SignalWriter, open_signal_snapshot
from sekisho.store.site_client import SiteAnswer
from tests.sites import DAY, copied

URLS = [f"https://h{n}.example/robots.txt" for n in range(4)]
COPIES = st.builds(
    lambda url, body, hours: copied(url, body, at=DAY + timedelta(hours=hours)),
    st.sampled_from(URLS),
    st.binary(max_size=40),
    st.integers(0, 9),
)
ANSWERS = st.builds(
    lambda status, why, fields, body: SiteAnswer(status, why, fields, (body, DAY)),
    st.sampled_from([0, 200, 204, 206, 301, 302, 404, 408, 429, 500, 503]),
    st.sampled_from([*([Why.NONE] * 12), Why.TLS, Why.BROKEN]),
    st.tuples(
        st.sampled_from(["", "/x", "//b.example/y", "https://[", "mailto:x", "?", "http://c.example:1/"]),
        st.sampled_from(["", "0", "5", "999", "x"]),
        st.sampled_from(["", "text/html"]),
    ),
    st.one_of(
        st.binary(max_size=30),
        st.sampled_from(
            [
                b"User-agent: *\nDisallow: /a",
                b"License: https://d.example/l\nLicense: https://a.example:1/",
                b"<html>",
            ]
        ),
    ),
)


@given(st.lists(st.lists(COPIES, max_size=6), min_size=1, max_size=3))
def test_a_snapshot_is_what_was_added_to_it(tmp_path_factory, collects):
    path = tmp_path_factory.mktemp("s")
    for copies in collects:
        writer = SignalWriter(path)
        for kept in copies:
            writer.append(kept)
        writer.seal()
    every = [kept for copies in collects for kept in copies]
    if not every:
        return
    snapshot = open_signal_snapshot(path)
    for url in URLS:
        of = [kept for kept in every if kept.copy.url == url]
        found = snapshot.kept(url)
        assert [kept.copy.captured for kept in found] == sorted(kept.copy.captured for kept in of)
        assert sorted(map(repr, found)) == sorted(map(repr, of))
    times = [kept.copy.captured for kept in every]
    assert snapshot.captured_range == (min(times), max(times))


@given(st.lists(ANSWERS, max_size=40))
def test_whatever_servers_answer_a_visit_ends_and_only_whole_answers_are_found(answers):
    given_ = iter(answers)
    one = visit("https://a.example", lambda _url: None)
    step, last, asked = next(one), None, 0
    try:
        while True:
            if isinstance(step, Ask):
                asked += 1
                last = next(given_, SiteAnswer(404, Why.NONE, ("", "", ""), (b"", DAY)))
                step = one.send(last)
                continue
            assert isinstance(step, Kept)
            if step.copy.reached is Reached.FOUND:
                assert (last.status, last.why) in {(200, Why.NONE), (204, Why.NONE)}
                assert step.copy.body == last.came[0]
            else:
                assert step.copy.body == b""
                assert step.why
            step = next(one)
    except StopIteration:
        assert asked <= 9 * 8
