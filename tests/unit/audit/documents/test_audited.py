import hashlib

import pytest

from sekisho.audit.documents.audited import after_reviews, audited
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


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ({"allow": 100, "review": 40, "block": 0}, {"allow": 120, "review": 20, "block": 0}, True),
        ({"allow": 100, "review": 40, "block": 0}, {"allow": 100, "review": 40, "block": 0}, True),
        ({"allow": 100, "review": 40, "block": 0}, {"allow": 105, "review": 35, "block": 0}, False),
        ({"allow": 100, "review": 40, "block": 0}, {"allow": 135, "review": 5, "block": 0}, False),
        ({"allow": None, "review": "<10", "block": 30}, {"allow": 120, "review": 20, "block": 0}, False),
    ],
)
def test_outcomes_after_reviews_are_stated_where_they_tell_no_small_number(before, after, shown):
    assert after_reviews(before, after) == (after if shown else None)
