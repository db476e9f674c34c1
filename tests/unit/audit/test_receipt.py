import hashlib

import pytest

from sekisho.audit.receipt import compare, require, verify_receipt
from sekisho.audit.seal import decode_seal
from sekisho.errors import EvidenceError
from tests.world import MemoryFiles, MemoryLog, MemorySource, World, drawn, sealed_run


def test_a_file_is_there_and_what_its_digest_says():
    files = MemoryFiles({"a": b"bytes"})
    assert require(files, "a") == b"bytes"
    assert compare(files, "a", hashlib.sha256(b"bytes").hexdigest()) == b"bytes"
    with pytest.raises(EvidenceError, match="b is missing"):
        require(files, "b")
    with pytest.raises(EvidenceError, match="b is missing"):
        compare(files, "b", "0" * 64)
    with pytest.raises(EvidenceError, match="a was changed"):
        compare(files, "a", "0" * 64)


def test_a_receipt_proves_its_own_seal_only():
    world, log = World(), MemoryLog()
    first, second = (
        sealed_run(world, world.job(MemorySource({"a.png": drawn(1, 48)})), log, word=word).job.files
        for word in ("one", "two")
    )
    seal = decode_seal(first.read("seal.json"))
    verify_receipt(seal, first.read("receipt.tlog-proof"))
    verify_receipt(seal, first.read("receipt.tlog-proof"), log.vkey)
    with pytest.raises(EvidenceError, match="receipt"):
        verify_receipt(seal, second.read("receipt.tlog-proof"))
