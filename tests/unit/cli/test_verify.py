import json

import pytest

from sekisho.audit.run import seal_run
from sekisho.audit.seal import shared_seal
from sekisho.cli.app import main
from sekisho.ledger.logged import decode_logged
from sekisho.ledger.waiting import Waiting, encode_waiting
from sekisho.model.question import AskBasis
from tests.logs import witness_key
from tests.membership import ASKER, Desk, asked_for, edited, question
from tests.parties import Party, grant, registration
from tests.world import NOW, MemoryLog, drawn

HOLDER, OTHER = Party(name="青嵐書房"), Party(name="studio")


@pytest.fixture
def statements(tmp_path):
    path = tmp_path / "statements.jsonl"
    path.write_bytes(registration(HOLDER, 1, title="月夜") + b"\n" + grant(HOLDER, OTHER) + b"\n")
    return path


def test_statements_say_what_they_are_and_who_signed(statements, capsys):
    assert main(["verify", str(statements), "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert out.count(HOLDER.key) >= 2
    assert "registration" in out
    assert "grant" in out
    assert "月夜" in out


def test_what_a_statement_says_can_not_move_the_cursor(statements, capsys):
    statements.write_bytes(registration(HOLDER, 1, title="a\x9b2J\u202e") + b"\n")
    assert main(["verify", str(statements), "--lang", "en"]) == 0
    assert "a<U+009B>2J<U+202E>" in capsys.readouterr().out


def test_a_changed_statement_is_named_by_its_line(statements, capsys):
    lines = statements.read_bytes().splitlines()
    envelope = json.loads(lines[1])
    envelope["signatures"][0]["sig"] = "A" * 86 + "=="
    statements.write_bytes(lines[0] + b"\n" + json.dumps(envelope).encode() + b"\n")
    assert main(["verify", str(statements), "--lang", "en"]) == 4
    assert "statements.jsonl, line 2" in capsys.readouterr().err


@pytest.mark.parametrize("data", [b"", b"\n", b"{}\n", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_statement_does_not_hold(tmp_path, capsys, data):
    (tmp_path / "x.jsonl").write_bytes(data)
    assert main(["verify", str(tmp_path / "x.jsonl")]) == 4
    assert capsys.readouterr().err.startswith("error: ")


def test_what_is_not_there(tmp_path, capsys):
    assert main(["verify", str(tmp_path / "nowhere")]) == 2
    assert "there is no" in capsys.readouterr().err


def test_a_folder_that_is_no_run(tmp_path, capsys):
    assert main(["verify", str(tmp_path)]) == 4
    assert "seal.json is missing" in capsys.readouterr().err


def test_a_receipt_needs_its_seal(tmp_path, capsys):
    receipt = tmp_path / "receipt.tlog-proof"
    receipt.write_bytes(b"c2sp.org/tlog-proof@v1\n")
    assert main(["verify", str(receipt)]) == 2
    assert "keep seal.json beside the receipt" in capsys.readouterr().err
    (tmp_path / "seal.json").write_text("{}")
    assert main(["verify", str(receipt)]) == 4
    assert "seal.json" in capsys.readouterr().err


def test_an_answer_is_compared_with_its_question_log_and_witnesses(tmp_path, capsys):
    desk = Desk({"a.png": drawn(1)})
    asked = question(ASKER, asked_for(drawn(1), near=False))
    files = {"a.json": desk.ask(asked), "q.json": asked + b"\n", "t.json": desk.trained()}
    files["other.json"] = question(ASKER, asked_for(drawn(2), near=False))
    files["none.policy"] = f"log {desk.log.vkey}\nquorum none\n".encode()
    files["two.policy"] = files["none.policy"].replace(
        b"quorum none", f"witness w {witness_key('w').vkey}\nquorum w".encode()
    )
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)

    def code(*words):
        places = [str(tmp_path / w) if w.endswith((".json", ".policy")) else w for w in words]
        return main(["verify", *places, "--lang", "en"])

    assert code("a.json", "--question", "q.json", "--log-key", desk.log.vkey) == 0
    assert "PROVEN" in capsys.readouterr().out
    assert code("a.json", "--log-policy", "none.policy") == code("t.json", "--log-policy", "none.policy") == 0
    assert capsys.readouterr().out.count("cosigned by 0 of the 0 witnesses that you believe") == 2
    assert code("q.json") == 0
    assert code("a.json", "--question", "other.json") == 4
    assert code("a.json", "--log-policy", "two.policy") == 4
    assert code("t.json", "--log-policy", "two.policy") == 4
    assert code("a.json", "--question", "gone.json") == 2
    (tmp_path / "a.json").write_bytes(files["a.json"].replace(b'"index":1', b'"index":2'))
    assert code("a.json") == 4


@pytest.mark.parametrize("what", ["run", "run/receipt.tlog-proof", "shared"])
def test_a_policy_holds_for_runs_and_receipts_too(tmp_path, capsys, what):
    desk = Desk({"a.png": drawn(1)})
    shared = {name: desk.files.read(name) for name in ("public.json", "receipt.tlog-proof")}
    shared["seal.json"] = shared_seal(desk.files.read("seal.json"))
    for folder, files in (("run", desk.files.data), ("shared", shared)):
        for name, data in files.items():
            place = tmp_path / folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    policy = tmp_path / "log.policy"

    def code():
        return main(["verify", str(tmp_path / what), "--log-policy", str(policy), "--lang", "en"])

    policy.write_text(f"log {desk.log.vkey}\nwitness w {witness_key('w').vkey}\nquorum none\n")
    assert code() == 0
    assert "cosigned by 0 of the 1 witnesses that you believe" in capsys.readouterr().out
    policy.write_text(policy.read_text().replace("none", "w"))
    assert code() == 4
    assert "too few witnesses have cosigned" in capsys.readouterr().err
    policy.write_text(f"log {MemoryLog('another').vkey}\nquorum none\n")
    assert code() == 4


def folder_of(tmp_path, **files):
    """Write files, and return what verifies one of them."""
    for name, data in files.items():
        (tmp_path / f"{name}.json").write_bytes(data)

    def code(*words, lang="en"):
        places = [str(tmp_path / f"{word}.json") if word in files else word for word in words]
        return main(["verify", *places, "--lang", lang])

    return code


def waiting(desk, envelope):
    made = Waiting(statement=envelope, salt=b"s" * 32, origin=desk.log.origin, vkey=desk.log.vkey)
    return encode_waiting(made)


@pytest.mark.parametrize(("lang", "word"), [("en", "NO RECEIPT YET"), ("ja", "控えはまだありません")])
def test_what_waits_for_the_log_is_proven_to_be_signed_and_said_to_wait(tmp_path, capsys, lang, word):
    desk = Desk({"a.png": drawn(1)})
    asked = question(desk.world.registry, asked_for(drawn(1)), basis=AskBasis.HOLDER)
    envelope = decode_logged(desk.ask(asked)).statement
    code = folder_of(tmp_path, a=waiting(desk, envelope), q=asked, s=waiting(desk, registration(HOLDER, 1)))
    assert code("a", "--question", "q", lang=lang) == code("s", lang=lang) == 0
    assert capsys.readouterr().out.count(word) == 2
    changed = envelope.replace(b'"payload":"', b'"payload":"AAAA')
    assert folder_of(tmp_path, b=waiting(desk, changed))("b") == 4


def test_a_log_is_not_compared_with_what_has_no_receipt(tmp_path, capsys, statements):
    desk = Desk({"a.png": drawn(1)})
    asked = question(ASKER, asked_for(drawn(1), near=False))
    code = folder_of(tmp_path, a=waiting(desk, decode_logged(desk.ask(asked)).statement), q=asked)
    (tmp_path / "log.policy").write_text(f"log {desk.log.vkey}\nquorum none\n")
    for words in (("--log-key", desk.log.vkey), ("--log-policy", str(tmp_path / "log.policy"))):
        for name in ("a", "q", str(statements)):
            assert code(name) == 0
            assert code(name, *words) == 2
            assert "has no receipt" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lang", "words", "agrees"),
    [
        ("en", ("CONTRADICTION", "a.png is opened in one answer", "evidence"), "NO CONTRADICTION"),
        ("ja", ("矛盾", "証拠"), "矛盾はありません"),
    ],
)
def test_two_answers_that_contradict_each_other_are_evidence(tmp_path, capsys, lang, words, agrees):
    desk = Desk({"a.png": drawn(1)})
    asked = question(desk.world.registry, asked_for(drawn(1)), basis=AskBasis.HOLDER)
    answer = desk.ask(asked)
    liar = edited(desk, answer, lambda made: made["found"][0]["near"].update(rows=[]))
    code = folder_of(tmp_path, a=answer, b=liar, t=desk.trained(), q=asked)
    assert code("b", lang=lang) == code("a", "--against", "a", lang=lang) == 0
    assert agrees in capsys.readouterr().out
    assert code("a", "--against", "b", lang=lang) == 4
    said = capsys.readouterr()
    assert all(word in said.out + said.err for word in words)
    assert code("t", "--against", "t", lang=lang) == 0
    assert code("a", "--against", "t", lang=lang) == 2
    assert code("a", "--against", "q", lang=lang) == 4
    assert code("q", "--against", "a", lang=lang) == 4
    assert code(str(tmp_path), "--against", "a", lang=lang) == 2


def test_public_facts_with_a_key_twice_do_not_hold(tmp_path, capsys):
    desk = Desk({"a.png": drawn(1)})
    data = desk.files.read("public.json").replace(b'"units"', b'"units": [],\n "units"', 1)
    desk.files.write("public.json", data)
    seal_run(desk.files, signer=desk.world.operator, log=desk.log, salt=b"z" * 32, at=NOW)
    answer = desk.signed(desk.reply(question(ASKER, asked_for(drawn(1), near=False))))
    assert folder_of(tmp_path, a=answer)("a") == 4
    assert "a key stands twice" in capsys.readouterr().err
