import pytest

from sekisho.demo.sentences import Claim, Said, why

CLAIM = {"e-1": Claim(holder=Said("青波出版", "Aonami Press"), title=Said("鯨", "Whale"), work="whale")}


def _row(reason, **finding):
    full = {"method": "pdq", "distance": 6.0, "threshold": 31.0, "entry": "e-1", **finding}
    return {"reason": reason, "findings": [full]}


def test_a_copy_is_named_with_holder_title_distance_and_limit():
    said = why(_row("verified_without_permission"), CLAIM)
    assert said.en == "Matches “Whale” by Aonami Press (6 bits apart, limit 31). No licence on record."
    assert said.ja == "青波出版『鯨』に一致(差6・基準31以下)。許諾の記録なし。"


def test_the_same_file_has_no_distance():
    said = why(_row("granted_all", method="sha256", distance=0.0, threshold=0.0), CLAIM)
    assert "the same file" in said.en
    assert "bits" not in said.en


@pytest.mark.parametrize("reason", ["no_known_objection", "low_detail", "unreadable"])
def test_a_row_without_findings_has_a_sentence(reason):
    said = why({"reason": reason, "findings": []}, {})
    assert reason not in said.en
    assert said.ja.endswith("。")


def test_passing_is_never_called_licensed():
    assert "does not mean" in why({"reason": "no_known_objection", "findings": []}, {}).en


def test_a_reason_of_a_newer_policy_is_shown_as_it_is():
    assert why({"reason": "brand_new", "findings": []}, {}).en == "brand_new"
