import pytest

from sekisho.cli.published import read_published, say_published
from sekisho.errors import EvidenceError, SignatureError
from sekisho.ledger.entry import EntryType
from sekisho.ledger.logged import Logged, encode_logged, statement_entry
from sekisho.rules.published import sign_pack
from sekisho.rules.read import read_pack
from sekisho.signing import FILE, sign_statement
from tests.law import shipped_bytes
from tests.parties import Party
from tests.recorded import SALT
from tests.world import NOW, MemoryLog

LAWYERS, LOG = Party(name="lawyers"), MemoryLog()


def logged(envelope):
    entry = statement_entry(envelope, SALT, NOW, EntryType.PUBLIC)
    index = LOG.append(entry)
    made = Logged(
        statement=envelope,
        salt=SALT,
        entry=entry,
        index=index,
        origin=LOG.origin,
        vkey=LOG.vkey,
        receipt=LOG.prove(index),
    )
    return encode_logged(made)


def test_a_published_pack_is_read_and_said_whose_it_is(capsys):
    data = shipped_bytes("kr")
    file = logged(sign_pack(data, read_pack(data, "kr.toml"), LAWYERS, draft=False))
    found, index, vkey = read_published(file, "kr.json")
    assert (found.signer, found.pack.id, vkey) == (LAWYERS.key, "kr", LOG.vkey)
    say_published(file, "kr.json", "en", policy=None)
    said = capsys.readouterr().out
    assert f"signed by {LAWYERS.key}" in said
    assert f"entry {index} " in said


def test_what_is_no_published_pack_is_refused():
    with pytest.raises(SignatureError):
        read_published(logged(sign_statement(FILE, b"{}", LAWYERS)), "kr.json")
    with pytest.raises(EvidenceError):
        read_published(b"{}", "kr.json")
