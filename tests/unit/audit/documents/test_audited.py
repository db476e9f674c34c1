import hashlib

import pytest

from sekisho.audit.documents.audited import audited
from sekisho.audit.verify import verify_run
from sekisho.errors import EvidenceError
from tests.documented import audited_run, seen_of
from tests.membership import Desk
from tests.run_fixture import finding


def test_a_run_is_cited_by_what_was_sealed():
    desk = Desk()
    done = audited_run(desk)
    assert done.cited["root"] == desk.manifest["root"]
    assert done.cited["manifest"] == hashlib.sha256(desk.files.read("manifest.json")).hexdigest()
    assert done.cited["public"] == hashlib.sha256(desk.files.read("public.json")).hexdigest()
    assert done.cited["log"]["index"] == 0
    assert done.cited["totals"] == done.public["totals"]
    assert done.holders is None


def test_holders_are_those_of_the_entries_that_were_met():
    entry = finding(1)["entry"]
    seen = seen_of({"findings": [finding(1)]})
    assert audited_run(Desk(), seen, {entry: "key"}.get).holders == {"key"}
    assert audited_run(Desk(), seen, lambda _: "").holders == frozenset()


def test_a_seal_without_public_facts_is_refused():
    desk = Desk()
    verified = verify_run(desk.files)
    del verified.seal.record.files["public.json"]
    with pytest.raises(EvidenceError, match=r"does not name public\.json"):
        audited(desk.files, verified, seen_of())
