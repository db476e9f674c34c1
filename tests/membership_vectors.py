"""Write tests/vectors/membership: answers and proofs of the map, good and bad, for verifiers in any language.

    python -m tests.membership_vectors

The pictures are drawn and the keys made from names. The bytes also depend on the versions of the packages
that an audit records, so that the files are written once and kept.
"""

import base64
import copy
import json
from pathlib import Path

from sekisho.audit.membership.answering import refuse
from sekisho.ledger.logged import decode_logged
from sekisho.ledger.prefix import encode_absence, encode_presence, map_leaf, map_proof, map_root
from sekisho.ledger.tree import EMPTY_ROOT
from sekisho.model import Kind
from sekisho.model.question import Answer, AskBasis, Exact, Found, Refusal
from tests.membership import (
    ASKER,
    AUTHORITY,
    PERSON,
    Desk,
    asked_for,
    drawn,
    edited,
    question,
    resealed,
    sha256,
)
from tests.world import NOW

FOLDER = Path(__file__).parent / "vectors" / "membership"


def _case(name, answer, asked, desk, expect, **more):
    return {
        "name": name,
        "answer": answer.decode(),
        "question": asked.decode(),
        "log_vkey": desk.log.vkey,
        "expect": expect,
        **more,
    }


def _flip(text):
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def _cut(exact):
    exact["proof"] = base64.b64encode(base64.b64decode(exact["proof"])[:-33]).decode()


def _swap(made):
    made["found"][0], made["found"][1] = made["found"][1], made["found"][0]


def _rows(made):
    return made["found"][0]["exact"]["rows"]


def _answers():
    desk, other = Desk(persons=[PERSON]), Desk({"a.png": drawn(1), "x.png": drawn(8)})
    stranger = Desk({}, word="stranger")
    public = question(ASKER, asked_for(drawn(1), near=False), asked_for(drawn(70), near=False))
    holder = question(desk.world.registry, asked_for(drawn(1)), asked_for(drawn(70)), basis=AskBasis.HOLDER)
    likeness = question(desk.world.registry, asked_for(PERSON), basis=AskBasis.HOLDER, kind=Kind.LIKENESS)
    answers = {"public": desk.ask(public), "holder": desk.ask(holder, training=[desk.trained()])}
    foreign = other.ask(public)
    empty = Desk({})
    none = refuse(holder, Refusal.NOT_TRUSTED, desk.world.operator.key, NOW)
    yield _case("present and absent", answers["public"], public, desk, "ok", present=[True, False])
    yield _case("rows opened", answers["holder"], holder, desk, "ok", present=[True, False], near=[3, 0])
    yield _case("a likeness", desk.ask(likeness), likeness, desk, "ok", present=[True], near=[1])
    yield _case("refused", desk.signed(none), holder, desk, "ok", refusal="not_trusted")
    yield _case("an empty run", empty.ask(public), public, empty, "ok", present=[False, False])
    yield _case("another question", answers["public"], holder, desk, "error")
    yield _case("another log", answers["public"], public, stranger, "error")
    bad = {
        "public": {
            "found swapped": _swap,
            "a proof cut short": lambda made: _cut(made["found"][0]["exact"]),
            "absence without proof": lambda made: made["found"][1]["exact"].update(proof=""),
            "presence called absence": lambda made: made["found"][0]["exact"].update(value=None),
            "another value": lambda made: made["found"][0]["exact"].update(value="0" * 64),
            "public.json changed": lambda made: made["evidence"].update(
                public=made["evidence"]["public"].replace('"rows": 9', '"rows": 8')
            ),
            "one answer too few": lambda made: made["found"].pop(),
            "an unknown field": lambda made: made.update(note="trust me"),
            "the seal of another run": lambda made: made["evidence"].update(
                seal=other.reply(public).evidence.seal.decode()
            ),
        },
        "holder": {
            "a row left out": lambda made: _rows(made).pop(),
            "a row changed": lambda made: _rows(made)[0].update(
                row=_rows(made)[0]["row"].replace("allow", "block")
            ),
            "a row elsewhere": lambda made: _rows(made)[0].update(index=1),
            "a path changed": lambda made: _rows(made)[0].update(
                path=[*_rows(made)[0]["path"][:-1], _flip(_rows(made)[0]["path"][-1])]
            ),
            "a row that is not near": lambda made: made["found"][1].update(
                near=copy.deepcopy(made["found"][0]["near"])
            ),
            "the training statement of another run": lambda made: made.update(
                training=[other.trained().decode()]
            ),
        },
    }
    for which, edits in bad.items():
        asked = public if which == "public" else holder
        for name, edit in edits.items():
            yield _case(name, edited(desk, answers[which], edit), asked, desk, "error")
    yield _case("signed by another", desk.signed(desk.reply(public), ASKER), public, desk, "error")
    mixed = edited(desk, answers["public"], lambda made: made.update(found=_found(foreign)))
    yield _case("proofs of another run", mixed, public, desk, "error")
    document = json.loads(answers["public"])
    for name, field, value in (
        ("another salt", "salt", base64.b64encode(b"s" * 32).decode()),
        ("a short salt", "salt", base64.b64encode(b"s" * 31).decode()),
        ("another index", "index", document["index"] + 1),
    ):
        made = json.dumps(
            document | {field: value}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        yield _case(name, made.encode(), public, desk, "error")
    yield from _closed(desk, holder, answers["holder"])
    yield from _refusals(desk, public)
    yield from _facts(public)


def _closed(desk, asked, answer):
    """Yield answers whose rows stay closed: more near ones than are opened, too many of the same bytes."""
    near = edited(desk, answer, lambda made: made["found"][0].update(near={"rows": [], "more": 3}))
    yield _case("near rows closed", near, asked, desk, "ok", present=[True, False], near=[0, 0], more=[3, 0])
    some = edited(desk, answer, lambda made: made["found"][0]["near"].update(more=7))
    yield _case(
        "some near rows closed", some, asked, desk, "ok", present=[True, False], near=[3, 0], more=[7, 0]
    )
    exact = edited(desk, answer, lambda made: made["found"][0]["exact"].update(rows=[]))
    yield _case(
        "rows with the same bytes closed", exact, asked, desk, "ok", present=[True, False], exact=[0, 0]
    )


def _refusals(desk, public):
    """Yield refusals for a cause that the question gives, and for one that it does not."""
    key, one = desk.world.operator.key, asked_for(drawn(1))
    plain = asked_for(drawn(1), near=False)
    causes = {
        Refusal.ONLY_EXACT: question(ASKER, one),
        Refusal.NOT_TRUSTED: question(desk.world.registry, one, basis=AskBasis.HOLDER),
        Refusal.NO_AUTHORITY: question(AUTHORITY, one, basis=AskBasis.AUTHORITY, kind=Kind.WORK),
        Refusal.OTHER_OPERATOR: question(ASKER, plain, operator=ASKER.key),
        Refusal.NO_MAP: public,
    }
    for refusal, asked in causes.items():
        made = desk.signed(refuse(asked, refusal, key, NOW))
        yield _case(f"refused: {refusal.value}", made, asked, desk, "ok", refusal=refusal.value)
    mine = question(ASKER, plain, operator=key)
    wrong = {
        Refusal.ONLY_EXACT: causes[Refusal.NOT_TRUSTED],
        Refusal.NOT_TRUSTED: causes[Refusal.NO_AUTHORITY],
        Refusal.NO_AUTHORITY: causes[Refusal.ONLY_EXACT],
        Refusal.OTHER_OPERATOR: mine,
    }
    for refusal, asked in (*((refusal, public) for refusal in wrong), *wrong.items()):
        made = desk.signed(refuse(asked, refusal, key, NOW))
        name = "a public question" if asked is public else "another question"
        yield _case(f"no cause: {refusal.value} to {name}", made, asked, desk, "error")


def _facts(public):
    """Yield answers from runs whose sealed public facts do not agree with each other or with the seal."""
    sample = {"asked": 9, "taken": 1, "of": 70}
    for name, change, drawn_items, expect in (
        ("a sample", lambda facts: facts.update(sample=sample), 9, "ok"),
        ("a sample that the seal does not name", lambda facts: facts.update(sample=sample), 0, "error"),
        ("a sample that only the seal names", lambda _: None, 9, "error"),
        ("more rows than in the units", lambda facts: facts["membership"].update(rows=10**6), 0, "error"),
        ("rows that are in no unit", lambda facts: facts["units"].append(facts["units"][0]), 0, "error"),
    ):
        desk = resealed(change, sample=drawn_items)
        more = {"present": [True, False], "sample": 70} if expect == "ok" else {}
        yield _case(name, desk.ask(public), public, desk, expect, **more)
    honest, liar = resealed(lambda _: None), resealed(lambda f: f["membership"].update(root=EMPTY_ROOT.hex()))
    asked = question(honest.world.registry, asked_for(drawn(1)), basis=AskBasis.HOLDER)
    found = Found(exact=Exact(value=None, proof=b""), near=honest.reply(asked).found[0].near)
    key = liar.world.operator.key
    made = Answer(id="", operator=key, question=asked, at=NOW, evidence=liar.run.evidence, found=(found,))
    yield _case("absent, and a row with its bytes opened", liar.signed(made), asked, liar, "error")


def _found(data):
    return json.loads(base64.b64decode(json.loads(decode_logged(data).statement)["payload"]))["found"]


def _proofs():
    for count in (0, 1, 2, 3, 20):
        pairs = sorted((sha256(b"key %d" % n), sha256(b"value %d" % n)) for n in range(count))
        root = map_root(map_leaf(*pair) for pair in pairs)
        for number in range(count):
            key, value = pairs[number]
            proof = encode_presence(map_proof(pairs, key))
            yield _proof(f"{count} keys: {number} present", root, key, value, proof, "ok")
            yield _proof(f"{count} keys: {number} not absent", root, key, None, proof, "error")
        for number in range(4):
            key = sha256(b"nobody %d" % number)
            proof = encode_absence(map_proof(pairs, key))
            yield _proof(f"{count} keys: nobody {number} absent", root, key, None, proof, "ok")
            yield _proof(
                f"{count} keys: nobody {number}, a byte more", root, key, None, proof + b"\0", "error"
            )
            if proof:
                yield _proof(f"{count} keys: nobody {number}, cut", root, key, None, proof[:-1], "error")


def _proof(name, root, key, value, proof, expect):
    return {
        "name": name,
        "root": root.hex(),
        "key": key.hex(),
        "value": value and value.hex(),
        "proof": base64.b64encode(proof).decode(),
        "expect": expect,
    }


def main():
    """Write both files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, cases in (("answers.json", list(_answers())), ("proofs.json", list(_proofs()))):
        text = json.dumps({"cases": cases}, indent=1, ensure_ascii=False) + "\n"
        (FOLDER / name).write_text(text)
        print(name, len(cases), len(text))  # noqa: T201


if __name__ == "__main__":
    main()
