from datetime import date

import pytest

from sekisho.model import (
    UNKNOWN_PROFILE,
    Act,
    Dispute,
    FalseMatch,
    Grant,
    Grounds,
    Mandate,
    Print,
    Purpose,
)

HASH = bytes(32)
DAY = date(2026, 1, 1)
GRANT = {
    "id": "g-" + "0" * 32,
    "registrant": "ed25519:a",
    "entry": None,
    "grantee": "ed25519:b",
    "purposes": frozenset({Purpose.TRAIN}),
    "territories": frozenset({"JP"}),
    "from_": DAY,
    "until": DAY,
}
KEY, ENTRY = "ed25519:a", "e-" + "0" * 32


@pytest.mark.parametrize(
    "wrong",
    [{"purposes": frozenset()}, {"territories": frozenset()}, {"until": date(2025, 12, 31)}],
)
def test_a_grant_of_nothing_does_not_exist(wrong):
    assert Grant(**GRANT).until == Grant(**GRANT).from_
    with pytest.raises(ValueError, match="a grant"):
        Grant(**{**GRANT, **wrong})


@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": bytes(31)},
        {"pdq": bytes(33)},
        {"quality": 101},
        {"quality": -1},
        {"sha256": None},
        {"sha256": None, "pdq": HASH},
        {"sha256": None, "decode_profile": UNKNOWN_PROFILE},
    ],
)
def test_a_print_that_says_nothing_does_not_exist(wrong):
    with pytest.raises(ValueError, match=r"bytes|0-100|has a sha256"):
        Print(**{"sha256": HASH, **wrong})


def test_only_a_print_of_anothers_list_may_lack_the_sha256():
    assert Print(sha256=None, pdq=HASH, decode_profile=UNKNOWN_PROFILE).sha256 is None


@pytest.mark.parametrize("wrong", [{"acts": frozenset()}, {"until": date(2025, 12, 31)}])
def test_a_mandate_for_nothing_does_not_exist(wrong):
    good = {"id": "", "principal": KEY, "agent": KEY, "acts": {Act.GRANT}, "from_": DAY, "until": DAY}
    assert Mandate(**good).until == DAY
    with pytest.raises(ValueError, match="a mandate"):
        Mandate(**good | wrong)


@pytest.mark.parametrize("evidence", ["", "  ", "\n"])
def test_a_dispute_without_evidence_does_not_exist(evidence):
    good = {"id": "", "disputant": KEY, "entry": ENTRY, "grounds": Grounds.MY_WORK, "on": DAY}
    assert Dispute(**good, evidence="contract").own is None
    with pytest.raises(ValueError, match="evidence"):
        Dispute(**good, evidence=evidence)


@pytest.mark.parametrize("wrong", [{"items": ()}, {"reason": " "}, {"until": date(2025, 12, 31)}])
def test_a_false_match_of_nothing_does_not_exist(wrong):
    good = {"id": "", "by": KEY, "entry": ENTRY, "items": (HASH,), "reason": "other", "on": DAY, "until": DAY}
    assert FalseMatch(**good).items == (HASH,)
    with pytest.raises(ValueError, match="a false match"):
        FalseMatch(**good | wrong)
