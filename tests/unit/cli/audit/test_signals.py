from pathlib import Path

import pytest

from sekisho.cli.audit.signals import sources_for
from sekisho.errors import UsageError
from sekisho.store.provenance import has_reader


def test_without_copies_of_sites_none_are_asked_and_the_manifest_says_so():
    opened = sources_for(None, again=False)
    assert opened.used == {"c2pa": has_reader(), "sites": None}
    sources = opened.open()
    assert sources.sites is None
    assert (sources.manifests is not None) == has_reader()


def test_copies_of_sites_do_not_go_with_a_run_that_is_decided_again():
    with pytest.raises(UsageError, match="does not go with --again"):
        sources_for(Path("signals"), again=True)
