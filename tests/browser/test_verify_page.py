"""The page that verifies: the same examples as the verifier in Python, in a browser that has no network."""

import base64
import json
import re
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

from sekisho.audit.membership.checked import verify_answer
from sekisho.audit.membership.recorded import record
from sekisho.audit.seal import shared_seal
from sekisho.errors import EvidenceError, SekishoError
from sekisho.ledger.cosignature import cosign
from sekisho.ledger.logged import decode_logged, encode_logged, verify_logged
from sekisho.ledger.note import NoteKey, encode_note, parse_note
from sekisho.ledger.proof import decode_proof, encode_proof
from sekisho.ledger.schemes import KeyType
from sekisho.ledger.waiting import Waiting, encode_waiting
from sekisho.signing import FILE, sign_statement
from tests.browser.test_report import CONTRASTS
from tests.hostile_evidence import honest, hostile_answers, hostile_logged, hostile_proofs, hostile_seals
from tests.keys import SeededKey
from tests.membership import ASKER, Desk, asked_for, drawn, question
from tests.world import NOW, MemoryLog

pytestmark = pytest.mark.browser

VECTORS = Path(__file__).parent.parent / "vectors"
PAGE = files("sekisho.locale").joinpath("templates", "verify.html").read_bytes()
REASONS = (
    (
        "question",
        r"another question|on no entry|asked for|was asked|no cause to|another operator than the one",
    ),
    ("training", r"the training statement (does not name|is by)"),
    ("log", r"^the receipt is of the log"),
    ("entry", r"does not commit|the hour in which the log|another hour than"),
    ("run", r"public\.json|the seal (is|holds)|another operator than the run"),
    ("row", r"row"),
    ("map", r"\bmap\b|proof of absence"),
    ("key", r"weak key"),
    ("signature", r"the signature by \S+ does not hold$|signed by \S+, but names"),
    ("receipt", r"receipt|inclusion proof"),
    ("form", r""),
)
"""The step that the page names, and what the verifier in Python says; the first that fits."""
CALL = """async ({calls, name}) => {
  const h = sekisho.fromHex, b = sekisho.fromBase64, done = [];
  const ways = {
    map: c => c.value === null ? sekisho.verifyAbsent(h(c.root), h(c.key), b(c.proof))
      : sekisho.verifyPresent(h(c.root), h(c.key), h(c.value), b(c.proof)),
    inclusion: c => sekisho.isIncluded(
      b(c.leaf), BigInt(c.index), BigInt(c.size), c.proof.map(p => b(p)), b(c.root)),
    signature: c => sekisho.isSigned(h(c.key), h(c.signature), new TextEncoder().encode(c.message)),
    note: async c => (await sekisho.openNote(c.note, [await sekisho.parseVkey(c.vkey)]))[1].size,
    logged: c => sekisho.verifyLogged(c, {}),
    answer: c => sekisho.verifyAnswer(c, {}),
    seal: ([seal, receipt, facts]) => sekisho.verifyRun(facts, seal, receipt, {}),
  };
  for (const call of calls) {
    try { const got = await ways[name](call); done.push(got === undefined || got instanceof Object || got); }
    catch (error) { done.push(error instanceof sekisho.Refused ? error.step : `${error}`); }
  }
  return done;
}"""


def read(*path):
    return json.loads(VECTORS.joinpath(*path).read_text(encoding="utf-8"))


ANSWERS = read("membership", "answers.json")["cases"]


class Opened:
    """The page in a context without a network, and what it has asked for."""

    def __init__(self, context, address):
        self.requests, self.complaints = [], []
        context.route("**/*", self._refuse)
        context.set_offline(True)
        self.page = context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)
        self.address = address

    def _refuse(self, route):
        route.continue_() if route.request.url.startswith("file:") else route.abort()

    def check(self, given, *, log="", witnesses=""):
        """Choose files by name, and return the cards of the result."""
        self.page.click("#clear")
        self.page.fill("#log", log)
        self.page.fill("#witnesses", witnesses)
        chosen = [{"name": n, "mimeType": "application/json", "buffer": data} for n, data in given.items()]
        self.page.set_input_files("#files", chosen)
        self.page.wait_for_selector("#results .card")
        return self.page.locator("#results .card").all()

    def one(self, given, **more):
        (card,) = self.check(given, **more)
        return card

    def call(self, name, calls):
        return self.page.evaluate(CALL, {"name": name, "calls": calls})


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    file = tmp_path_factory.mktemp("page") / "verify.html"
    file.write_bytes(PAGE)
    return file.as_uri()


@pytest.fixture
def context(chromium):
    contexts = []

    def make(**options):
        contexts.append(chromium.new_context(**options))
        return contexts[-1]

    yield make
    for one in contexts:
        one.close()


@pytest.fixture(scope="module")
def opened(chromium, address):
    """The page in English, for all tests that leave it as it was."""
    context = chromium.new_context(locale="en-GB")
    yield Opened(context, address)
    context.close()


@cache
def desk():
    return Desk()


@cache
def answered():
    made = question(ASKER, asked_for(drawn(1), near=False), asked_for(drawn(9), near=False))
    return desk().ask(made, training=[desk().trained()])


def step(card):
    return card.get_attribute("data-step")


def case_files(case):
    return {"answer.json": case["answer"].encode(), "question.json": case["question"].encode()}


def reason(case):
    """Return the step that fails in Python, None if everything holds."""
    given = case_files(case)
    try:
        verify_answer(given["answer.json"], question=given["question.json"], log_key=case["log_vkey"])
    except EvidenceError as error:
        return next(name for name, pattern in REASONS if re.search(pattern, str(error)))
    return None


@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: case["name"])
def test_an_answer_holds_or_fails_as_in_python_and_for_the_same_reason(opened, case):
    card = opened.one(case_files(case), log=case["log_vkey"])
    assert step(card) == reason(case)
    assert (step(card) is None) == (case["expect"] == "ok")
    if step(card) is not None:
        assert "does not hold" in card.inner_text()
        assert "Nothing in this file is proven" in card.inner_text()
        assert card.locator(".part").count() == 0
        return
    proven, stated = card.locator(".proven").inner_text(), card.locator(".stated").inner_text()
    for number, present in enumerate(case.get("present", ()), 1):
        said = "the very same file is in" if present else "no file with these bytes"
        assert re.search(rf"File {number} \(SHA-256 [0-9a-f]{{16}}…\): {said}", proven)
    assert ("A sample: only" in card.inner_text()) == ("sample" in case)
    assert ("No row with these bytes was opened" in proven) == ("exact" in case)
    for number, near in enumerate(case.get("near", ()), 1):
        more = case.get("more", [0] * number)[number - 1]
        assert (f"File {number}: rows with a near picture: {near}." in proven) == (near > 0)
        assert (f"File {number}: the operator says that no row" in stated) == (near == more == 0)
        said = f"File {number}: the operator says that there are"
        assert (f"{said} {more} more" in stated) == (near > 0 < more)
        assert (f"{said} rows with a near picture ({more}), and has" in stated) == (near == 0 < more)


def test_every_step_that_answers_can_fail_at_is_in_the_vectors():
    assert {reason(case) for case in ANSWERS} == {None, *(name for name, _ in REASONS)} - {"key"}


def test_a_work_of_ones_own_is_compared_with_the_answer(opened):
    card = opened.one({"a.json": answered(), "mine.png": drawn(1)})
    assert "File 1 is mine.png, which you have chosen here" in card.locator(".proven").inner_text()
    _, other = opened.check({"a.json": answered(), "mine.png": drawn(2)})
    assert step(other) == "unasked"


def test_the_proofs_of_the_map(opened):
    own = [(case, case["expect"] == "ok") for case in read("membership", "proofs.json")["cases"]]
    others = [
        ({**case, "proof": base64.b64encode(bytes.fromhex(case["proof"])).decode()}, case["ok"])
        for case in read("tlog", "mpt", "vectors.json")["verify"]
    ]
    done = opened.call("map", [case for case, _ in own + others])
    wanted = [True if holds else "map" for _, holds in own + others]
    assert done == wanted
    assert len(others) == 24


def test_the_inclusion_proofs_of_others(opened):
    cases = read("tlog", "merkle", "proofs.json")["inclusion"]
    calls = [
        {"leaf": c["leafHash"], "index": str(c["leafIdx"]), "size": str(c["treeSize"])}
        | {"proof": c["proof"] or [], "root": c["root"]}
        for c in cases
    ]
    done = [got is True for got in opened.call("inclusion", calls)]
    assert done == [not case["wantErr"] for case in cases]
    assert len(cases) == 98


def test_weak_keys_never_verify(opened):
    cctv = read("tlog", "ed25519-cctv", "selection.json")
    calls, wanted = [], []
    for _, key, signature, message, bits in cctv["cases"]:
        flags = {flag for place, flag in enumerate(cctv["flags"]) if bits >> place & 1}
        calls.append({"key": cctv["keys"][key], "signature": signature, "message": cctv["messages"][message]})
        bad = {"low_order_A", "non_canonical_A", "low_order_residue", "non_canonical_R"}
        wanted.append(not flags & bad)
    assert opened.call("signature", calls) == wanted
    assert 0 < sum(wanted) < len(wanted) == 594


def test_notes_of_others(opened):
    notes = read("tlog", "notes", "signed_notes.json")
    calls = [{"note": n["note"], "vkey": n["vkeys"][0]} for n in notes["notes"] if n["expect"] == "valid"]
    log = VECTORS / "tlog" / "tessera-log"
    heads = [(log / f"checkpoint.{size}").read_text() for size in range(16)]
    calls.extend({"note": head, "vkey": notes["tessera_log_vkey"]} for head in heads)
    assert opened.call("note", calls) == [1] * 18
    broken = [call | {"note": call["note"].replace("\n", " \n", 1)} for call in calls]
    assert opened.call("note", broken) == ["receipt"] * 18


def test_one_changed_byte_anywhere_is_refused_by_both(opened):
    data, refused = answered(), []
    for place in range(7, len(data), len(data) // 60):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        try:
            verify_logged(changed)
        except SekishoError:
            refused.append(changed.decode())
        else:
            pytest.fail(f"byte {place}")
    done = opened.call("logged", refused)
    assert {type(got) for got in done} == {str}
    assert len({*done} & {"form", "signature", "entry", "receipt"}) >= 3
    assert opened.call("logged", [data.decode()]) == [True]


def test_what_dishonest_parties_can_make_fails_at_the_step_that_is_wrong(opened):
    plain, answer, (seal, receipt) = honest()
    assert opened.call("logged", [plain.decode()]) + opened.call("answer", [answer.decode()]) == [True, True]
    facts = desk().files.read("public.json")
    assert opened.call("seal", [[part.decode() for part in (seal, receipt, facts)]]) == [True]
    proofs = [
        dict(zip(("root", "key", "value", "proof"), one.evidence, strict=True)) for one in hostile_proofs()
    ]
    for proof in proofs:
        proof["proof"] = base64.b64encode(proof["proof"]).decode()
        proof |= {name: proof[name] and proof[name].hex() for name in ("root", "key", "value")}
    shown = {
        "logged": [one.evidence.decode() for one in hostile_logged()],
        "answer": [one.evidence.decode() for one in hostile_answers()],
        "seal": [[part.decode() for part in one.evidence] for one in hostile_seals()],
        "map": proofs,
    }
    made = [*hostile_logged(), *hostile_answers(), *hostile_seals(), *hostile_proofs()]
    done = [step for name, calls in shown.items() for step in opened.call(name, calls)]
    assert [(one.name, found) for one, found in zip(made, done, strict=True)] == [
        (one.name, one.step) for one in made
    ]
    assert {one.step for one in made} == {name for name, _ in REASONS} - {"log", "training"}


def test_a_witness_counts_if_its_key_was_typed_in_and_fails_if_it_has_not_signed(opened):
    envelope = sign_statement(FILE, b'{"v":1}', SeededKey("signer"))
    plain = record(envelope, MemoryLog(), salt=b"s" * 32, at=NOW)
    witness, logged = SeededKey("a witness"), decode_logged(plain)
    proof = decode_proof(logged.receipt)
    note = parse_note(proof.checkpoint)
    mark = cosign(note.text, "w.example", witness, NOW)
    seen = encode_note(replace(note, signatures=(*note.signatures, mark)))
    data = encode_logged(replace(logged, receipt=encode_proof(replace(proof, checkpoint=seen))))
    vkey = NoteKey(name="w.example", key=witness.key, type=KeyType.ED25519_COSIGNATURE).vkey
    verify_logged(data)
    without = opened.one({"a.json": data}).inner_text()
    assert "No witness's signature was checked" in without
    card = opened.one({"a.json": data}, witnesses=vkey)
    assert (
        f"The witness w.example cosigned this head of the log at {NOW:%Y-%m-%dT%H:%M}Z" in card.inner_text()
    )
    assert step(opened.one({"a.json": plain}, witnesses=vkey)) == "log"
    other = NoteKey(name="w.example", key=SeededKey("x").key, type=KeyType.ED25519_COSIGNATURE).vkey
    assert step(opened.one({"a.json": data}, witnesses=other)) == "log"
    assert step(opened.one({"a.json": data}, witnesses=logged.vkey)) == "key"
    bent = seen.replace(b"w.example ", b"w.example A", 1)
    spoiled = encode_logged(replace(logged, receipt=encode_proof(replace(proof, checkpoint=bent))))
    assert step(opened.one({"a.json": spoiled}, witnesses=vkey)) == "receipt"


def test_an_answer_whose_receipt_follows_holds_and_is_said_to_wait(opened):
    logged = decode_logged(answered())
    data = encode_waiting(
        Waiting(statement=logged.statement, salt=logged.salt, origin=logged.origin, vkey=logged.vkey)
    )
    card = opened.one({"a.json": data})
    assert step(card) is None
    assert "There is no receipt yet" in card.locator(".warn").inner_text()
    assert "there is no receipt of a log yet" in card.inner_text()
    assert step(opened.one({"a.json": data}, log=logged.vkey)) == "log"


def test_without_a_key_of_ones_own_the_page_says_whose_word_it_is(opened):
    vkey = decode_logged(answered()).vkey
    assert "only the one that this file itself names" in opened.one({"a.json": answered()}).inner_text()
    assert "is the one that you typed in" in opened.one({"a.json": answered()}, log=vkey).inner_text()


def test_a_sealed_run_holds_with_its_receipt_and_only_together(opened):
    have = desk().files
    given = {name: have.read(name) for name in ("receipt.tlog-proof", "public.json")}
    given["seal.json"] = shared_seal(have.read("seal.json"))
    card = opened.one(given)
    assert step(card) is None
    assert "public.json is as it was when it was sealed" in card.inner_text()
    assert card.locator(".warn").count() == 0
    assert (
        "holds the key to every row" in opened.one(given | {"seal.json": have.read("seal.json")}).inner_text()
    )
    assert step(opened.one({"seal.json": given["seal.json"]})) == "alone"
    assert step(opened.one({"public.json": given["public.json"]})) == "alone"
    assert step(opened.one(given | {"public.json": given["public.json"] + b" "})) == "run"
    assert step(opened.one(given | {"seal.json": given["seal.json"].replace(b" ", b"  ", 1)})) == "form"
    receipt = given["receipt.tlog-proof"].replace(b"index 0", b"index 1", 1)
    assert step(opened.one(given | {"receipt.tlog-proof": receipt})) == "receipt"


def test_training_statements_and_other_statements(opened):
    card = opened.one({"t.json": desk().trained(complete=False)})
    assert "It says that other data was used too" in card.locator(".stated").inner_text()
    assert "made a statement on what the model" in card.locator(".proven").inner_text()
    signed = sign_statement(FILE, b'{"v":1}', SeededKey("a"))
    card = opened.one({"s.json": signed + b"\n"})
    assert "There is no receipt of a log" in card.inner_text()
    card = opened.one({"q.json": question(ASKER, asked_for(drawn(1), near=False))})
    assert "The signature of this question holds" in card.inner_text()
    assert step(opened.one({"s.json": signed.replace(b'"sig":"', b'"sig":"A', 1)})) == "form"


def test_what_is_none_of_this_is_refused_without_a_word_of_code(opened):
    for name, data in {
        "x.json": b"{}",
        "n.json": b"null",
        "p.png": b"\x89PNG\xff",
        "e": b"",
        "[": b"[" * 99999,
    }.items():
        assert step(opened.one({name: data})) == "form"
    name = "<img src=x onerror=alert(1)>.json"
    card = opened.one({name: b"{"})
    assert name in card.inner_text()
    assert opened.page.locator("img").count() == 0
    assert opened.complaints == []


def test_nothing_leaves_the_page(context, address):
    opened = Opened(context(locale="en-GB"), address)
    opened.one({"a.json": answered()})
    opened.page.click("#ja")
    opened.page.wait_for_load_state("networkidle")
    assert opened.requests == [address]
    assert opened.complaints == []
    tried = "fetch('https://example.org/').then(() => 'sent', e => `${e}`)"
    assert "Failed to fetch" in opened.page.evaluate(tried)
    assert opened.requests == [address]
    assert any("Content Security Policy" in said for said in opened.complaints)


@pytest.mark.parametrize(
    ("locale", "title", "proven", "stated"),
    [("ja-JP", "この回答は検証に合格しました", "証明されたこと", "述べられているだけのこと"),
     ("en-US", "This answer holds", "Proven", "Only stated")],
)  # fmt: skip
def test_it_speaks_the_readers_language(context, address, locale, title, proven, stated):
    opened = Opened(context(locale=locale), address)
    card = opened.one({"a.json": answered()})
    assert card.locator("h2").inner_text().strip() == title
    assert card.locator("h3").all_inner_texts()[:2] == [proven, stated]
    assert opened.page.evaluate("document.documentElement.lang") == locale[:2]
    assert opened.page.locator(f"main [lang={'en' if locale == 'ja-JP' else 'ja'}]:visible").count() == 0


def test_the_language_changes_and_the_result_stays(context, address):
    opened = Opened(context(locale="en-US"), address)
    bad = opened.one({"a.json": answered()[:-9]})
    opened.page.click("#ja")
    assert "検証に失敗しました" in bad.inner_text()
    assert "Sekisho" not in opened.page.title()
    assert opened.page.get_attribute("#ja", "aria-pressed") == "true"


def test_everything_is_done_by_keyboard_and_the_verdict_gets_the_focus(context, address):
    opened = Opened(context(locale="en-US"), address)
    seen = []
    for _ in range(7):
        opened.page.keyboard.press("Tab")
        seen.append(opened.page.evaluate("document.activeElement.id"))
    assert seen == ["ja", "en", "files", "log", "witnesses", "check", "clear"]
    opened.one({"a.json": answered()})
    assert opened.page.evaluate("document.activeElement.className") == "verdict"
    labelled = "[...document.querySelectorAll('input, textarea')].every(e => e.labels.length === 1)"
    assert opened.page.evaluate(labelled)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_it_can_be_read_in_any_light_and_at_any_width(context, address, scheme, lang):
    opened = Opened(context(color_scheme=scheme), address)
    opened.check({"a.json": answered(), "b.json": b"{"})
    opened.page.click(f"#{lang}")
    opened.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = opened.page.evaluate(CONTRASTS)
    assert found["looked"] > 50
    assert found["low"] == []
    for width in (320, 390, 1280):
        opened.page.set_viewport_size({"width": width, "height": 800})
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_files_can_be_dropped(context, address):
    opened = Opened(context(locale="en-US"), address)
    opened.page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.items.add(new File([text], 'answer.json'));
          const dropped = new DragEvent('drop', {dataTransfer: data, bubbles: true});
          document.getElementById('drop').dispatchEvent(dropped);
        }""",
        answered().decode(),
    )
    assert (
        opened.page.wait_for_selector("#results .card .verdict").inner_text().strip() == "This answer holds"
    )
