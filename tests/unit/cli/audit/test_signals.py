import pytest

from sekisho.cli.audit.signals import sources_for
from sekisho.errors import NotFoundError
from sekisho.store.provenance import has_reader
from sekisho.store.signals import SignalWriter
from tests.sites import copied


def test_without_copies_of_sites_none_are_asked_and_the_manifest_says_so():
    opened = sources_for(None)
    assert opened.used == {"c2pa": has_reader(), "sites": None}
    sources = opened.open()
    assert sources.sites is None
    assert (sources.manifests is not None) == has_reader()


def test_a_run_decided_again_is_told_by_the_copies_that_are_named(tmp_path):
    writer = SignalWriter(tmp_path / "signals")
    writer.append(copied("https://a.example/robots.txt"))
    writer.seal()
    before = {"signals": {"used": {"c2pa": False, "sites": {"digest": "ab"}}}}
    used = sources_for(tmp_path / "signals", before=before).used
    assert used == sources_for(tmp_path / "signals").used
    assert used["c2pa"] == has_reader()
    with pytest.raises(NotFoundError):
        sources_for(tmp_path / "nothing", before=before)


def test_a_run_decided_again_was_told_by_what_the_run_before_was():
    sites = {"digest": "ab", "from": "2026-01-01", "until": "2026-02-01"}
    used = sources_for(None, before={"signals": {"used": {"c2pa": False, "sites": sites}}}).used
    assert used == {"c2pa": False, "sites": sites}
    assert sources_for(None, before={}).used == {"c2pa": has_reader(), "sites": None}
