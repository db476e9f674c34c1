import pytest

from sekisho.store.signals import open_signal_snapshot


def test_a_snapshot_as_a_whole(snapshot, said):
    out = said("show", snapshot, "--lang", "en").out
    assert f"4 copies, digest {open_signal_snapshot(snapshot).digest}" in out
    assert "read from 2026-11-01T00:00:00+00:00 to 2026-11-10T00:00:00+00:00" in out
    assert "000002.signals  1  " in out


def test_what_a_site_says_about_a_url(snapshot, said):
    out = said("show", snapshot, "https://a.example/1.png", "--lang", "en").out
    assert "https://a.example/ai.txt  2026-11-01T00:00:00+00:00  absent (404)  answer with status" in out
    assert "[GPTBot]: train_other disallow, train_generative disallow" in out
    assert "    | Disallow: /" in out
    assert "training: refused" in out.lower()


def test_japanese(snapshot, said):
    assert "学習: 拒否" in said("show", snapshot, "https://a.example/1.png").out


@pytest.mark.parametrize(
    ("crawled", "stance"), [("2026-11-05", "says nothing about it"), ("2026-11-11", "refused")]
)
def test_what_held_when_an_item_was_fetched(snapshot, said, crawled, stance):
    argv = ("--as-of", "crawl", "--crawled", crawled, "--lang", "en")
    out = said("show", snapshot, "https://a.example/1.png", *argv).out
    assert f"training: {stance}" in out.lower()


def test_what_could_not_be_reached_is_never_leave(snapshot, said):
    out = said("show", snapshot, "https://b.example/1.png", "--lang", "en").out
    assert "training: unreadable" in out.lower()


def test_a_site_that_was_not_collected(snapshot, said):
    found = said("show", snapshot, "https://c.example/1.png", "--lang", "en")
    assert "nothing of https://c.example was collected" in found.err
    assert "training: says nothing about it" in found.out.lower()


def test_what_is_no_url(snapshot, said):
    assert "is no URL" in said("show", snapshot, "a.example", code=2).err
