"""What dishonest parties can make, before the verifier in Python; tests/browser shows it to the page."""

from sekisho.audit.membership.checked import verify_answer
from sekisho.audit.share.bundle import verify_bundle
from sekisho.errors import EvidenceError
from sekisho.ledger.logged import verify_logged
from sekisho.ledger.prefix import verify_absent, verify_present
from tests.hostile_evidence import honest, hostile_answers, hostile_logged, hostile_proofs, hostile_seals
from tests.world import MemoryFiles


def accepted(cases, verify):
    """Return the names of what is not refused."""
    found = []
    for case in cases:
        try:
            verify(case.evidence)
        except EvidenceError:
            continue
        found.append(case.name)
    return found


def _verify_run(evidence):
    names = ("seal.json", "receipt.tlog-proof", "public.json")
    verify_bundle(MemoryFiles(dict(zip(names, evidence, strict=True))))


def _verify_map(evidence):
    root, key, value, proof = evidence
    if value is None:
        verify_absent(root, key, proof)
    else:
        verify_present(root, key, value, proof)


def test_what_they_are_made_of_holds():
    plain, answer, _ = honest()
    verify_logged(plain)
    verify_answer(answer)


def test_no_logged_statement_is_accepted():
    assert accepted(hostile_logged(), verify_logged) == []


def test_no_answer_is_accepted():
    assert accepted(hostile_answers(), verify_answer) == []


def test_no_seal_is_accepted():
    assert accepted(hostile_seals(), _verify_run) == []


def test_no_proof_of_the_map_is_accepted():
    assert accepted(hostile_proofs(), _verify_map) == []
