from pathlib import Path

import pytest

from sekisho.cli.audit.signals import sources_for
from sekisho.errors import UsageError
from sekisho.store.provenance import has_reader


def test_without_copies_of_sites_none_are_asked_and_the_manifest_says_so():
    opened = sources_for(None)
    assert opened.used == {"c2pa": has_reader(), "sites": None}
    sources = opened.open()
    assert sources.sites is None
    assert (sources.manifests is not None) == has_reader()


def test_copies_of_sites_do_not_go_with_a_run_that_is_decided_again():
    with pytest.raises(UsageError, match="does not go with --again"):
        sources_for(Path("signals"), before={})


def test_a_run_decided_again_was_told_by_what_the_run_before_was():
    sites = {"digest": "ab", "from": "2026-01-01", "until": "2026-02-01"}
    used = sources_for(None, before={"signals": {"used": {"c2pa": False, "sites": sites}}}).used
    assert used == {"c2pa": False, "sites": sites}
    assert sources_for(None, before={}).used == {"c2pa": has_reader(), "sites": None}
