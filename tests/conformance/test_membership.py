"""The vectors that a verifier in any language has to pass; see docs/reference/membership.md."""

import base64
import json
from contextlib import nullcontext
from pathlib import Path

import pytest

from sekisho.audit.membership.checked import verify_answer
from sekisho.errors import EvidenceError
from sekisho.ledger.prefix import verify_absent, verify_present

FOLDER = Path(__file__).parent.parent / "vectors" / "membership"
ANSWERS = json.loads((FOLDER / "answers.json").read_text())["cases"]
PROOFS = json.loads((FOLDER / "proofs.json").read_text())["cases"]


def name(case):
    return case["name"]


def test_all_vectors_are_there():
    assert [sum(case["expect"] == said for case in ANSWERS) for said in ("ok", "error")] == [14, 35]
    assert [sum(case["expect"] == said for case in PROOFS) for said in ("ok", "error")] == [46, 62]


@pytest.mark.parametrize("case", ANSWERS, ids=name)
def test_answers(case):
    with nullcontext() if case["expect"] == "ok" else pytest.raises(EvidenceError):
        done = verify_answer(
            case["answer"].encode(), question=case["question"].encode(), log_key=case["log_vkey"]
        )
        assert done.answer.refusal == case.get("refusal")
        assert [found.present for found in done.files] == case.get("present", [])
        if "near" in case:
            assert [len(found.near) for found in done.files] == case["near"]
        if "exact" in case:
            assert [len(found.exact) for found in done.files] == case["exact"]
        if done.files:
            assert [found.more for found in done.files] == case.get("more", [0] * len(done.files))
            assert (done.public.sample and done.public.sample.of) == case.get("sample")


@pytest.mark.parametrize("case", PROOFS, ids=name)
def test_proofs(case):
    root, key = bytes.fromhex(case["root"]), bytes.fromhex(case["key"])
    proof = base64.b64decode(case["proof"])
    with nullcontext() if case["expect"] == "ok" else pytest.raises(EvidenceError):
        if case["value"] is None:
            verify_absent(root, key, proof)
        else:
            verify_present(root, key, bytes.fromhex(case["value"]), proof)
