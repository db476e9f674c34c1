"""Evidence that a dishonest operator, log or asker can make with its own keys: every verifier refuses it.

Each is whole but for one thing. `tests/conformance` shows it to the verifier in Python, `tests/browser` to
the page.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from sekisho.audit.membership.recorded import record
from sekisho.audit.membership.records import map_key
from sekisho.audit.seal import encode_seal, make_record, seal_entry, shared_seal
from sekisho.codec import canonical
from sekisho.ledger.checkpoint import Checkpoint, encode_checkpoint, sign_checkpoint
from sekisho.ledger.logged import decode_logged, encode_logged
from sekisho.ledger.note import NoteKey, encode_base64, sign_note
from sekisho.ledger.prefix import encode_absence, encode_presence, inner_hash, map_leaf, map_proof, map_root
from sekisho.ledger.tree import EMPTY_ROOT, leaf_hash
from sekisho.model.question import AskBasis
from sekisho.signing import ANSWER, FILE, QUESTION, TRAINING, key_id, sign_statement
from tests.keys import SeededKey
from tests.membership import ASKER, AUTHORITY, Desk, asked_for, drawn, edited, question
from tests.world import NOW, MemoryLog

__all__ = ["Hostile", "honest", "hostile_answers", "hostile_logged", "hostile_proofs", "hostile_seals"]

SIGNER = SeededKey("signer")
SALT = b"s" * 32
_NO_ENTRY = "not_of_entry"


class Hostile(NamedTuple):
    """One thing to refuse: what is wrong, the step that a verifier names, and the evidence."""

    name: str
    step: str
    evidence: object


@cache
def _desk():
    return Desk()


@cache
def _answers():
    public = question(ASKER, asked_for(drawn(1), near=False), asked_for(drawn(70), near=False))
    holder = question(_desk().world.registry, asked_for(drawn(1)), basis=AskBasis.HOLDER)
    return public, _desk().ask(public), holder, _desk().ask(holder)


def honest():
    """Return a logged statement, an answer and a seal with its receipt in which everything holds."""
    plain = record(sign_statement(FILE, b'{"v":1}', SIGNER), MemoryLog(), salt=SALT, at=NOW)
    have = _desk().files
    return plain, _answers()[1], (shared_seal(have.read("seal.json")), have.read("receipt.tlog-proof"))


def _logged(envelope):
    return record(envelope, MemoryLog(), salt=SALT, at=NOW)


def _with_receipt(edit):
    """Return the honest logged statement with another receipt."""
    logged = decode_logged(honest()[0])
    return encode_logged(replace(logged, receipt=edit(logged.receipt, logged)))


def _headed(text, name="log.example/tests", signer=None):
    """Return an edit that puts another signed text in the place of the checkpoint."""

    def edit(receipt, logged):
        proof = receipt.partition(b"\n\n")[0]
        made = text(Checkpoint(origin=logged.origin, size=1, root=leaf_hash(logged.entry)))
        return proof + b"\n\n" + sign_note(made, name, signer or MemoryLog().signer)

    return edit


def _enveloped(edit):
    document = json.loads(sign_statement(FILE, b'{"v":1}', SIGNER))
    edit(document)
    return _logged(canonical(document))


def _weak():
    key, signature = key_id(b"\1" + bytes(31)), b"\1" + bytes(63)
    mark = {"keyid": key, "sig": encode_base64(signature)}
    payload = {"payload": encode_base64(b'{"v":1}'), "payloadType": FILE}
    return _logged(canonical(payload | {"signatures": [mark]}))


def hostile_logged() -> Iterator[Hostile]:
    """Yield logged statements: the bytes of each file."""
    plain = honest()[0]
    document = json.loads(plain)
    yield Hostile("a space", "form", plain.replace(b'{"', b'{ "', 1))
    yield Hostile("a number with a point", "form", plain.replace(b'"v":1,', b'"v":1.0,'))
    yield Hostile("half a character", "form", plain.replace(b'"origin":"', b'"origin":"\\ud800', 1))
    yield Hostile("a field twice", "form", plain.replace(b'"v":1,', b'"v":1,"v":1,'))
    yield Hostile("another version", "form", canonical(document | {"v": 2}))
    yield Hostile("an index in words", "form", canonical(document | {"index": "0"}))
    yield Hostile(
        "an entry of another type", "form", plain.replace(b'\\"t\\":\\"pub\\"', b'\\"t\\":\\"all\\"', 1)
    )
    yield Hostile("another type than committed", "entry", plain.replace(b'\\"pub\\"', b'\\"r\\"', 1))
    yield Hostile("pad bits in base64", "form", canonical(document | {"salt": document["salt"][:-2] + "N="}))
    yield Hostile("two signatures", "form", _enveloped(lambda d: d["signatures"].append(d["signatures"][0])))
    yield Hostile("no signature", "form", _enveloped(lambda d: d["signatures"].clear()))
    yield Hostile("another payload type", "signature", _enveloped(lambda d: d.update(payloadType=ANSWER)))
    yield Hostile("a weak key", "key", _weak())
    waits = {name: document[name] for name in ("origin", "salt", "statement", "v", "vkey")}
    yield Hostile("no receipt, a short salt", "form", canonical(waits | {"salt": encode_base64(b"s" * 31)}))
    yield Hostile("no receipt, but an index", "form", canonical(waits | {"salt": "", "index": 3})[:-1])
    yield Hostile("no receipt, another field", "form", canonical(waits | {"yes": True}))
    other = NoteKey(name="log.example/tests", key=SIGNER.key).vkey
    weak = b"\1" + b"\1" + bytes(31)
    named = hashlib.sha256(b"log.example/tests\n" + weak).hexdigest()[:8]
    yield Hostile("another log's key", "receipt", canonical(document | {"vkey": other}))
    yield Hostile(
        "a weak log key",
        "key",
        canonical(document | {"vkey": f"log.example/tests+{named}+{encode_base64(weak)}"}),
    )
    bent = re.sub(r"\+[0-9a-f]{8}\+", "+00000000+", document["vkey"])
    yield Hostile("a key without its hash", "key", canonical(document | {"vkey": bent}))
    yield Hostile("another origin", "receipt", canonical(document | {"origin": "log.example/else"}))
    header = b"c2sp.org/tlog-proof@v1\n"
    edits = {
        "a leading zero": lambda r, _: r.replace(b"index 0", b"index 00", 1),
        "an index beyond the tree": lambda r, _: r.replace(b"index 0", b"index 1", 1),
        "another header": lambda r, _: r.replace(b"@v1", b"@v2", 1),
        "no index": lambda r, _: r.replace(b"index 0\n", b"", 1),
        "a hash too many": lambda r, _: r.replace(b"index 0\n", b"index 0\n" + b"A" * 43 + b"=\n", 1),
        "extra that is not base64": lambda r, _: r.replace(header, header + b"extra ?\n", 1),
        "a carriage return": lambda r, _: r.replace(b"\n\n", b"\r\n\r\n", 1),
        "a byte behind": lambda r, _: r + b"\n",
        "no blank line": lambda r, _: r.replace(b"\n\n", b"\n"),
        "a line that is no signature": lambda r, _: r + b"x y AAAAAAAA\n",
        "the log has signed twice": lambda r, _: r + r.splitlines(keepends=True)[-1],
        "65 signatures": lambda r, _: r + "\u2014 x AAAAAAAA\n".encode() * 64,
        "an extension line": _headed(lambda head: encode_checkpoint(head) + b"more\n"),
        "a size with a zero": _headed(lambda head: encode_checkpoint(head).replace(b"\n1\n", b"\n01\n")),
        "another root": _headed(lambda head: encode_checkpoint(replace(head, root=SALT))),
        "a short root": _headed(lambda head: f"{head.origin}\n1\nAAAA\n".encode()),
        "the head of another log": _headed(lambda _: b"log.example/else\n1\n" + b"A" * 43 + b"=\n"),
        "signed by nobody who is known": lambda r, logged: (
            r.partition(b"\n\n")[0] + b"\n\n"
            + sign_checkpoint(Checkpoint(origin=logged.origin, size=1, root=leaf_hash(logged.entry)), SIGNER)
        ),
    }  # fmt: skip
    for name, edit in edits.items():
        yield Hostile(name, "receipt", _with_receipt(edit))


def _resigned(signer=ASKER, **changes):
    """Return an edit of an answer that puts another question in it."""

    def edit(document):
        asked = json.loads(base64.b64decode(json.loads(document["question"])["payload"])) | changes
        document["question"] = sign_statement(QUESTION, canonical(asked), signer).decode()

    return edit


def _opened_in_public(document):
    asked = json.loads(base64.b64decode(json.loads(document["question"])["payload"]))
    asked |= dict.fromkeys(("entry", "holder", "kind"), None) | {"basis": "public"}
    asked["asked"][0]["pdq"] = []
    document["found"][0]["near"] = None
    document["question"] = sign_statement(QUESTION, canonical(asked), _desk().world.registry).decode()


def _trained(edit):
    """Return an edit of an answer that encloses another training statement."""
    logged = json.loads(_desk().trained())
    stated = json.loads(base64.b64decode(json.loads(logged["statement"])["payload"]))
    edit(stated)
    envelope = sign_statement(TRAINING, canonical(stated), _desk().world.operator)
    made = record(envelope, _desk().log, salt=SALT, at=NOW).decode()
    return lambda document: document.update(training=[made])


def _rows(document, of="exact"):
    return document["found"][0][of]["rows"]


def _lying_map(document):
    """Seal a map in which the file that was asked for leads to the row of another."""
    desk = _desk()
    asked = question(desk.world.registry, asked_for(drawn(2), near=False), basis=AskBasis.HOLDER)
    row = json.loads(base64.b64decode(json.loads(decode_logged(desk.ask(asked)).statement)["payload"]))[
        "found"
    ][0]["exact"]["rows"][0]
    facts = json.loads(desk.files.read("public.json"))
    key = map_key(bytes.fromhex(facts["membership"]["nonce"]), hashlib.sha256(drawn(1)).digest())
    value = leaf_hash(row["row"].encode())
    facts["membership"]["root"] = map_root([map_leaf(key, value)]).hex()
    _stand_on(document, facts)
    document["found"][0]["exact"] = {"value": value.hex(), "proof": "", "rows": [row]}


def _stand_on(document, facts, sample=0):
    """Seal other public facts, and let an answer stand on them."""
    public, operator = json.dumps(facts).encode(), _desk().world.operator
    seal, receipt = _sealed({"public.json": public}, operator.key, operator, sample)
    document["evidence"] = {"public": public.decode(), "seal": seal.decode(), "receipt": receipt.decode()}


def _with_facts(change, sample=0):
    """Return an edit of an answer that lets it stand on public facts that do not fit together."""

    def edit(document):
        facts = json.loads(document["evidence"]["public"])
        change(facts)
        _stand_on(document, facts, sample)

    return edit


def _hidden(document):
    """Seal an empty map, call the file absent, and open the row with its bytes as near."""
    _with_facts(lambda facts: facts["membership"].update(root=EMPTY_ROOT.hex()))(document)
    document["found"][0]["exact"] = {"value": None, "proof": "", "rows": []}


def _refused(refusal):
    return lambda document: document.update(refusal=refusal, evidence=None, found=[])


def hostile_answers() -> Iterator[Hostile]:
    """Yield answers: the bytes of each file."""
    _, public, _, holder = _answers()
    desk, secret = _desk(), _desk().files.read("seal.json").decode()
    other = desk.trained(signer=SIGNER)
    edits = {
        ("no question of the asker", "signature"): _resigned(AUTHORITY),
        ("a question for another", "question"): _resigned(operator=SIGNER.key),
        ("a public question with a kind", "form"): _resigned(kind="work"),
        ("a public question on an entry", "form"): _resigned(entry="e-" + "0" * 32),
        ("a question about nothing", "form"): _resigned(asked=[]),
        ("neither bytes nor picture", "form"): _resigned(asked=[{"sha256": None, "pdq": []}] * 2),
        ("both refused and answered", "form"): lambda d: d.update(refusal="no_map"),
        ("evidence without findings", "form"): lambda d: d.update(found=[]),
        ("refused for no known reason", "form"): lambda d: d.update(
            refusal="because", evidence=None, found=[]
        ),
        ("refused for no cause", "question"): _refused("only_exact"),
        ("refused as if for another operator", "question"): _refused("other_operator"),
        ("refused as if on an entry", "question"): _refused("unknown_entry"),
        ("looked up in an edition", "question"): lambda d: d.update(edition="0" * 64),
        ("looked up in nothing", "form"): lambda d: d.update(edition=None),
        ("a file refused as if on an entry", "question"): lambda d: d["found"][0].update(refused=_NO_ENTRY),
        ("a file refused for no known reason", "form"): lambda d: d["found"][0].update(refused="because"),
        ("made after its entry in the log", "entry"): lambda d: d.update(at="2030-01-01T00:00:00Z"),
        ("made long before its entry in the log", "entry"): lambda d: d.update(at="2020-01-01T00:00:00Z"),
        ("more rows in the map than in the units", "run"): _with_facts(
            lambda f: f["membership"].update(rows=f["membership"]["rows"] + 1)
        ),
        ("a sample that the seal does not name", "run"): _with_facts(
            lambda f: f.update(sample={"asked": 9, "taken": 9, "of": 70})
        ),
        ("a sample that only the seal names", "run"): _with_facts(lambda _: None, 9),
        ("of another operator", "signature"): lambda d: d.update(operator=SIGNER.key),
        ("the key to all rows", "run"): lambda d: d["evidence"].update(seal=secret),
        ("what was not asked", "question"): lambda d: d["found"][0].update(near={"rows": [], "more": 0}),
        ("what was asked not answered", "question"): lambda d: d["found"][0].update(exact=None),
        ("a run twice in training", "form"): _trained(lambda s: s.update(runs=s["runs"] * 2)),
        ("no run in training", "form"): _trained(lambda s: s.update(runs=[])),
        ("training without a time", "form"): _trained(lambda s: s.update(at="today")),
        ("training of another operator", "signature"): _trained(lambda s: s.update(operator=SIGNER.key)),
        ("training signed by another", "signature"): lambda d: d.update(training=[other.decode()]),
    }
    for (name, step), edit in edits.items():
        yield Hostile(name, step, edited(desk, public, edit))
    opened = {
        ("rows for the public", "row"): _opened_in_public,
        ("a row twice", "row"): lambda d: _rows(d).append(_rows(d)[-1]),
        ("rows out of order", "row"): lambda d: _rows(d).reverse(),
        ("near rows out of order", "row"): lambda d: _rows(d, "near").reverse(),
        ("absent, with its own row opened", "row"): _hidden,
        ("a unit that is not there", "row"): lambda d: _rows(d)[0].update(unit=99),
        ("a path too short", "row"): lambda d: _rows(d)[0]["path"].pop(),
        ("rows of a refused file", "row"): lambda d: d["found"][0].update(refused=_NO_ENTRY),
        ("a likeness that names an entry", "form"): _resigned(desk.world.registry, kind="likeness"),
    }
    for (name, step), edit in opened.items():
        yield Hostile(name, step, edited(desk, holder, edit))
    renamed = json.loads(desk.files.read("public.json"))
    renamed["operator"]["key"] = SIGNER.key
    public_of_other = json.dumps(renamed).encode()
    seal, receipt = _sealed({"public.json": public_of_other}, SIGNER.key, SIGNER)
    evidence = {"public": public_of_other.decode(), "seal": seal.decode(), "receipt": receipt.decode()}
    foreign = edited(desk, public, lambda d: d.update(evidence=evidence))
    yield Hostile("the run of another operator", "run", foreign)
    twice = desk.files.read("public.json").replace(b'"units"', b'"units": [],\n "units"', 1)
    seal, receipt = _sealed({"public.json": twice}, desk.world.operator.key, desk.world.operator)
    said = {"public": twice.decode(), "seal": seal.decode(), "receipt": receipt.decode()}
    yield Hostile("public with a key twice", "form", edited(desk, public, lambda d: d.update(evidence=said)))
    yield Hostile("a map that names other bytes", "row", edited(desk, holder, _lying_map))
    payload = base64.b64decode(json.loads(decode_logged(public).statement)["payload"])
    named = sign_statement(TRAINING, payload, desk.world.operator)
    yield Hostile("another type of statement", "form", record(named, desk.log, salt=SALT, at=NOW))


def hostile_seals() -> Iterator[Hostile]:
    """Yield seal, receipt and public.json of each."""
    files = {"public.json": _desk().files.read("public.json")}
    operator, others = _desk().world.operator, json.loads(files["public.json"])
    others["operator"]["key"] = SIGNER.key
    seal, receipt = honest()[2]
    renamed = {"public.json": json.dumps(others).encode()}
    yield Hostile("signed by another", "signature", (*_sealed(files, operator.key, SIGNER), *files.values()))
    yield Hostile("public of another", "run", (*_sealed(renamed, operator.key, operator), *renamed.values()))
    yield Hostile("public changed", "run", (seal, receipt, files["public.json"] + b"\n"))
    yield Hostile("another form", "form", (canonical(json.loads(seal)), receipt, files["public.json"]))


def _sealed(files, key, signer, sample=0):
    log = MemoryLog()
    made = make_record(manifest=b"{}", files=files, operator=key, at=NOW, sample=sample)
    entry = seal_entry(made, SALT, NOW)
    index = log.append(entry)
    where = {"index": index, "origin": log.origin, "vkey": log.vkey}
    return encode_seal(record=made, salt=SALT, entry=entry, signer=signer, **where), log.prove(index)


def hostile_proofs() -> Iterator[Hostile]:
    """Yield root, key, value (None: absent) and proof of each."""
    pairs = sorted((hashlib.sha256(b"%d" % n).digest(), bytes([n]) * 32) for n in range(9))
    root = map_root(map_leaf(*pair) for pair in pairs)
    (key, value), (other, _) = pairs[4], pairs[7]
    mine, theirs = map_proof(pairs, key), map_proof(pairs, other)
    stranger = hashlib.sha256(b"stranger").digest()
    away = encode_absence(map_proof(pairs, stranger))
    yield Hostile("absent at the key itself", "map", (root, key, None, encode_absence(mine)))
    yield Hostile("absent by another leaf", "map", (root, key, None, encode_absence(theirs)))
    yield Hostile("another length of the key", "map", (root, stranger, None, b"\x1f" + away[1:]))
    yield Hostile(
        "another length of the value", "map", (root, stranger, None, away[:33] + b"\x21" + away[34:])
    )
    found, aside = map_leaf(key, value).hash, b"a" * 32
    for name, bits in (("a bit twice", (9, 9)), ("bits that rise", (3, 9))):
        top = found
        for bit in bits:
            right = key[bit >> 3] >> (7 - (bit & 7)) & 1
            top = inner_hash(bit, aside, top) if right else inner_hash(bit, top, aside)
        yield Hostile(name, "map", (top, key, value, b"".join(bytes([bit]) + aside for bit in bits)))
    right = key[16] >> 7
    sides = aside + found if right else found + aside
    top = hashlib.sha256(b"\1\x80\2" + sides).digest()
    yield Hostile("a bit that no key has", "map", (top, key, value, b"\x80\2" + aside))
    short = aside[:31] + found if key[0] >> 7 else found + aside[:31]
    yield Hostile(
        "a short sibling", "map", (hashlib.sha256(b"\1\0" + short).digest(), key, value, b"\0" + aside[:31])
    )
    yield Hostile("a byte more", "map", (root, key, value, encode_presence(mine) + b"\0"))
    yield Hostile("nothing, of a map that has keys", "map", (root, stranger, None, b""))
