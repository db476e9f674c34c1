from dataclasses import dataclass
from datetime import timedelta

import pytest

from sekisho.collect.visit import MAX_LICENCES, Ask, host_asked, visit, visit_licences
from sekisho.detect.signals.kept import MAX_KEPT, Kept, Why
from sekisho.detect.signals.sites import Reached
from tests.sites import DAY, copied

SITE = "https://a.example"
ROBOTS, TDMREP, AI = f"{SITE}/robots.txt", f"{SITE}/.well-known/tdmrep.json", f"{SITE}/ai.txt"


@dataclass
class Said:
    status: int = 200
    body: bytes = b""
    why: Why = Why.NONE
    location: str = ""
    wait: str = ""
    type: str = "text/plain"

    @property
    def fields(self):
        return self.location, self.wait, self.type

    @property
    def came(self):
        return self.body, DAY


def visited(answers, known=lambda _url: None, licences=(), **more):
    """Return what is kept by URL, and what was asked; a URL without an answer is absent."""
    kept, asked = {}, []
    one = visit_licences(SITE, licences, known) if licences else visit(SITE, known, **more)
    step = next(one, None)
    while step is not None:
        if isinstance(step, Kept):
            kept[step.copy.url] = step
            step = next(one, None)
            continue
        asked.append(step)
        given = answers.get(step.url, Said(404))
        given = given.pop(0) if isinstance(given, list) else given
        try:
            step = one.send(given)
        except StopIteration:
            break
    return kept, asked


def reached(kept):
    return {url: (one.copy.reached, one.why) for url, one in kept.items()}


def test_three_files_are_asked_for():
    kept, asked = visited({ROBOTS: Said(body=b"x"), TDMREP: Said(body=b"[]"), AI: Said(404)})
    assert [ask.url for ask in asked] == [ROBOTS, TDMREP, AI]
    assert reached(kept) == {
        ROBOTS: (Reached.FOUND, Why.NONE),
        TDMREP: (Reached.FOUND, Why.NONE),
        AI: (Reached.ABSENT, Why.STATUS),
    }
    assert kept[TDMREP].copy.body == b"[]"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 451])
def test_4xx_is_absent(status):
    assert visited({ROBOTS: Said(status)})[0][ROBOTS].copy.reached is Reached.ABSENT


@pytest.mark.parametrize("status", [0, 100, 205, 206, 300, 301, 304, 308, 399, 408, 500, 502, 503, 599, 999])
def test_everything_else_is_unreachable_and_nothing_more_is_asked(status):
    kept, asked = visited({ROBOTS: Said(status, b"User-agent: *\nAllow: /")})
    assert len(asked) == 1
    assert {one.copy.reached for one in kept.values()} == {Reached.UNREACHABLE}
    assert kept[AI].why is Why.NO_ROBOTS
    assert all(one.copy.body == b"" for one in kept.values())


@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize("why", [why for why in Why if why])
def test_no_answer_is_unreachable_whatever_status_it_had(why, status):
    kept, _ = visited({ROBOTS: Said(status, b"Allow: /", why)})
    assert (kept[ROBOTS].copy.reached, kept[ROBOTS].why) == (Reached.UNREACHABLE, why)


def test_robots_holds_for_the_other_files():
    kept, asked = visited({ROBOTS: Said(body=b"User-agent: Sekisho-Signals\nDisallow: /ai.txt")})
    assert [ask.url for ask in asked] == [ROBOTS, TDMREP]
    assert (kept[AI].why, kept[AI].copy.captured) == (Why.ROBOTS, DAY)


def test_a_redirect_into_what_is_forbidden_is_not_followed():
    answers = {
        ROBOTS: Said(body=b"User-agent: *\nDisallow: /private"),
        AI: Said(301, location="/private/ai.txt"),
    }
    kept, asked = visited(answers)
    assert kept[AI].why is Why.ROBOTS
    assert f"{SITE}/private/ai.txt" not in [ask.url for ask in asked]


def test_redirects_are_followed_and_kept():
    rules = Said(body=b"User-agent: *\nDisallow: /private\n")
    other = "https://b.example/private/x"
    answers = {
        TDMREP: Said(302, location="/a"),
        f"{SITE}/a": Said(308, location=other),
        other: Said(body=b"[]"),
    }
    kept, _ = visited({ROBOTS: rules, **answers})
    one = kept[TDMREP]
    assert (one.copy.reached, one.copy.body, one.final) == (Reached.FOUND, b"[]", other)
    assert one.chain == (TDMREP, f"{SITE}/a")


def test_redirects_end_after_five_or_in_a_circle():
    endless = {f"{SITE}/{n}": Said(301, location=f"/{n + 1}") for n in range(9)}
    kept, asked = visited({AI: Said(301, location="/0"), **endless})
    assert (kept[AI].why, len(asked)) == (Why.REDIRECTS, 2 + 6)
    assert (kept[AI].final, len(kept[AI].chain)) == (f"{SITE}/4", 5)
    kept, asked = visited({AI: Said(301, location="/0"), f"{SITE}/0": Said(307, location=AI)})
    assert (kept[AI].why, len(asked)) == (Why.REDIRECTS, 4)


def test_an_address_beside_a_whole_answer_leads_nowhere():
    assert visited({ROBOTS: Said(200, b"#", location="/x")})[0][ROBOTS].copy.body == b"#"


def test_a_wait_is_waited_for_and_then_no_more():
    kept, asked = visited({ROBOTS: [Said(429, wait="7"), Said(503, wait="5"), Said(body=b"#")]})
    assert [ask.pause for ask in asked[:3]] == [0.0, 7.0, 5.0]
    assert kept[ROBOTS].copy.reached is Reached.FOUND
    kept, asked = visited({ROBOTS: Said(429)})
    assert [ask.pause for ask in asked] == [0.0, 10.0, 20.0]
    assert kept[ROBOTS].why is Why.THROTTLED


def test_who_wants_a_long_wait_is_left_alone_altogether():
    kept, asked = visited({TDMREP: Said(429, wait="3600")})
    assert [ask.url for ask in asked] == [ROBOTS, TDMREP]
    assert kept[AI].why is Why.THROTTLED


def test_a_503_without_a_wait_is_not_repeated():
    assert len(visited({ROBOTS: Said(503)})[1]) == 1


def test_a_page_in_place_of_a_file_is_no_file():
    page = Said(body=b"\xef\xbb\xbf\n<!doctype html>", type="text/HTML; charset=utf-8")
    kept, _ = visited({ROBOTS: page, TDMREP: page, AI: page})
    assert reached(kept) == {
        ROBOTS: (Reached.FOUND, Why.NONE),
        TDMREP: (Reached.ABSENT, Why.PAGE),
        AI: (Reached.ABSENT, Why.PAGE),
    }
    kept, _ = visited({TDMREP: Said(body=b"[]", type="text/html"), AI: Said(body=b"<x>", type="text/plain")})
    assert {kept[TDMREP].copy.reached, kept[AI].copy.reached} == {Reached.FOUND}


def test_no_more_is_kept_than_a_robot_has_to_read_and_one():
    kept, _ = visited({ROBOTS: Said(body=b"#" * (MAX_KEPT + 9))})
    assert len(kept[ROBOTS].copy.body) == MAX_KEPT


def test_some_licences_are_asked_for():
    lines = b"".join(b"License: https://a.example/%d.xml\n" % n for n in range(99))
    kept, _ = visited({ROBOTS: Said(body=lines)})
    assert len(kept) == 3 + MAX_LICENCES


@pytest.mark.parametrize(
    "url", ["https://a.example:25/x", "http://[::1/x", "https:///x", "https://a.example/" + "x" * 9000]
)
def test_a_licence_that_can_not_be_asked_for_is_passed_over(url):
    kept, _ = visited({ROBOTS: Said(body=f"License: {url}\n".encode())})
    assert set(kept) == {ROBOTS, TDMREP, AI}


def test_what_is_known_is_not_asked_for():
    old = DAY - timedelta(hours=1)
    known = {ROBOTS: copied(ROBOTS, b"User-agent: *\nDisallow: /ai.txt", at=old), TDMREP: copied(TDMREP)}
    kept, asked = visited({}, known.get)
    assert asked == []
    assert (set(kept), kept[AI].why, kept[AI].copy.captured) == ({AI}, Why.ROBOTS, old)


def test_a_turn_is_that_of_the_name():
    assert host_asked(Ask("http://a.example.:8080/x")) == "a.example"


def test_a_redirect_to_half_an_address_is_one_to_elsewhere():
    assert visited({ROBOTS: Said(301, location="https://[")})[0][ROBOTS].why is Why.ELSEWHERE


@pytest.mark.parametrize(
    ("robots", "follows"),
    [(Said(404), True), (Said(body=b"User-agent: *\nDisallow: /\n"), False), (Said(500), False)],
)
def test_a_redirect_to_another_site_is_followed_as_far_as_that_one_allows(robots, follows):
    victim = "https://victim.example"
    moved = {f"{SITE}/{name}": Said(301, location=f"{victim}/costly?{name}") for name in ("1.xml", "2.xml")}
    answers = {**moved, f"{victim}/robots.txt": robots}
    kept, asked = visited(answers, licences=tuple(moved))
    assert f"{victim}/robots.txt" in kept
    assert any("costly" in ask.url for ask in asked) is follows
    assert kept[f"{SITE}/1.xml"].why is (Why.STATUS if follows else Why.ROBOTS)


RSL = (f"{SITE}/open/1.xml", f"{SITE}/shut/2.xml")


def test_a_licence_that_an_item_names_is_asked_for_by_the_rules_of_its_site():
    robots = Said(body=b"User-agent: *\nDisallow: /shut/\n")
    kept, asked = visited({ROBOTS: robots, RSL[0]: Said(body=b"<rsl/>")}, licences=RSL)
    assert [ask.url for ask in asked] == [ROBOTS, RSL[0]]
    assert kept[RSL[0]].copy.body == b"<rsl/>"
    assert kept[RSL[1]].why is Why.ROBOTS


@pytest.mark.parametrize("status", [500, 0])
def test_without_a_robots_txt_that_can_be_read_no_licence_is_asked_for(status):
    kept, asked = visited({ROBOTS: Said(status)}, licences=RSL)
    assert [ask.url for ask in asked] == [ROBOTS]
    assert {kept[url].why for url in RSL} == {Why.NO_ROBOTS}


def test_a_site_that_wants_to_be_left_alone_is_not_asked_for_the_next_licence():
    kept, asked = visited({RSL[0]: Said(429, wait="9999")}, licences=RSL)
    assert [ask.url for ask in asked] == [ROBOTS, RSL[0]]
    assert {kept[url].why for url in RSL} == {Why.THROTTLED}


def test_licences_that_are_known_cost_no_request_and_no_robots_txt():
    assert visited({}, licences=RSL, known=copied) == ({}, [])


def test_a_robots_txt_does_not_make_us_flood_another_host():
    named = b"".join(b"License: https://victim.example/%d.xml\n" % n for n in range(MAX_LICENCES))
    _, asked = visited({ROBOTS: Said(body=named)}, admits=lambda url: url.endswith("/2.xml"))
    assert [a.url for a in asked if "victim" in a.url][1:] == ["https://victim.example/2.xml"]
