import sys

import pytest

from sekisho.audit.job import cut
from sekisho.cli.audit.films import cut_with_films, require_films
from sekisho.errors import MissingExtraError
from sekisho.policy import read_policy, shipped_policy
from sekisho.store.datasets import open_datasets
from tests.pictures import encode, picture

POLICY = shipped_policy("opt-in")
EXACT = read_policy('base = "opt-in"\n[match]\ndepth = "exact"\n', "exact.toml")


def cuts(place, *names):
    place.mkdir()
    for name in names:
        (place / name).write_bytes(encode(picture(1, 48, 48), "PNG"))
    return cut(open_datasets([place]))


@pytest.mark.parametrize("name", ["a.mp4", "b.WEBM", "c.d.mkv", "e.mts"])
def test_a_film_without_the_extra_stops_the_audit_at_once(tmp_path, monkeypatch, name):
    units = cuts(tmp_path / "d", "a.png", name)
    require_films(units, POLICY)
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(MissingExtraError) as caught:
        require_films(units, POLICY)
    assert (name in str(caught.value), caught.value.exit_code) == (True, 2)
    assert caught.value.hint == "pip install 'sekisho[video]'"


def test_nothing_is_missing_where_nothing_is_decoded_or_no_film_is(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    require_films(cuts(tmp_path / "d", "a.mp4"), EXACT)
    require_films(cuts(tmp_path / "e", "a.png", "mp4", ".mp4", "b.mp4.txt"), POLICY)
    require_films([], POLICY)


def test_a_run_that_is_decided_again_reads_no_films(tmp_path, monkeypatch):
    place = tmp_path / "d"
    cuts(place, "a.mp4")
    monkeypatch.setitem(sys.modules, "av", None)
    datasets = open_datasets([place])
    assert len(cut_with_films(datasets, POLICY, again=True)) == 1
    with pytest.raises(MissingExtraError):
        cut_with_films(datasets, POLICY, again=False)
