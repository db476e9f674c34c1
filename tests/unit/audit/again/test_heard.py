from datetime import UTC, datetime, timedelta

import pytest

from sekisho.audit.again.heard import newer_copies, stance_of
from sekisho.detect.signals.sites import Copy, Reached
from sekisho.model import Purpose, Stance

FILE, OTHER = "https://a.example/robots.txt", "https://a.example/ai.txt"
DAY = datetime(2026, 11, 1, tzinfo=UTC)
LATER = DAY + timedelta(days=19, microseconds=900)
NO, YES = "train_generative=disallow", "train_generative=allow"


def said(stances, place=FILE, captured=DAY, source="ab"):
    return {"place": place, "captured": captured, "source": source, "stances": stances}


def row(stances="", *signals):
    return {"stances": stances, "signals": list(signals)}


class Newer:
    """One file that was read on two days."""

    def __init__(self, *days):
        self.days = days

    def copies(self, url):
        return [Copy(url=url, reached=Reached.FOUND, captured=day) for day in self.days if url == FILE]


BOTH = Newer(DAY, LATER)


def copies(old, new, sites=BOTH, purposes=(Purpose.TRAIN, Purpose.TRAIN)):
    return newer_copies(old, new, purposes, sites)


def test_what_signals_come_to_is_asked_for_a_purpose():
    assert stance_of(row(NO), Purpose.TRAIN) is Stance.DISALLOW
    assert stance_of(row(NO), Purpose.RETRIEVE) is Stance.UNKNOWN
    assert stance_of({"stances": None}, Purpose.TRAIN) is Stance.UNKNOWN


def test_an_objection_comes_with_the_copy_that_says_so():
    new = row(NO, said(YES), said(NO, captured=LATER), said(YES, place=OTHER, captured=LATER))
    assert copies(row(YES, said(YES)), new) == {f"{FILE} 2026-11-20"}
    assert copies(row(), row(NO, said(NO, captured=LATER)), None) == {f"{FILE} 2026-11-20"}


def test_an_objection_goes_with_the_copy_that_takes_its_place():
    old = row(NO, said(NO), said(NO, place="https://a.example/page", source="cd"))
    assert copies(old, row("", said(NO))) == {f"{FILE} 2026-11-20"}
    assert copies(old, row(YES, said(NO), said(YES, captured=LATER))) == {f"{FILE} 2026-11-20"}


@pytest.mark.parametrize("sites", [None, Newer(), Newer(DAY), Newer(DAY + timedelta(microseconds=900))])
def test_no_newer_copy_is_no_cause(sites):
    assert copies(row(NO, said(NO)), row("", said(NO)), sites) == frozenset()


def test_what_the_item_itself_says_is_no_copy():
    own = said(NO, place="embedded", captured=None, source="")
    assert copies(row(), row(NO, own)) == frozenset()
    assert copies(row(), row(NO, {**own, "captured": LATER})) == frozenset()


def test_an_objection_to_something_else_is_none():
    search = said("search=disallow", captured=LATER)
    assert copies(row(), row("search=disallow", search)) == frozenset()
