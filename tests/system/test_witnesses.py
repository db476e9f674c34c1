"""Real witnesses over HTTP: a log that is published with them, hostile clients, races, kills."""

import hashlib
import threading
import time
from datetime import UTC, datetime

import pytest

from sekisho.errors import EvidenceError, IncompleteError
from sekisho.ledger.checkpoint import decode_checkpoint
from sekisho.ledger.entry import EntryType, LogEntry, encode_entry
from sekisho.ledger.note import NoteKey, parse_note
from sekisho.ledger.policy import parse_policy, witnessed
from sekisho.ledger.proof import verify_proof
from sekisho.ledger.schemes import KeyType
from sekisho.ledger.witnessing import Request, encode_request
from sekisho.store.fetch import fetch
from sekisho.store.keys import make_key
from sekisho.store.log import LocalLog
from sekisho.store.witnesses import PolicyWitnesses
from tests.counts import count
from tests.keys import SeededKey
from tests.logs import Growing
from tests.servers import exchanged, scripted, started

LOG = Growing()
ORIGIN = "log.example/one"
PATH = hashlib.sha256(ORIGIN.encode()).hexdigest()


def entry(number):
    digest = hashlib.sha256(b"%d" % number).digest()
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    return encode_entry(LogEntry(type=EntryType.PUBLIC, at=at, commitment=digest))


@pytest.fixture
def keys(tmp_path):
    return {name: make_key(name, folder=tmp_path / "home" / "keys") for name in ("a", "b", "c")}


@pytest.fixture
def run(tmp_path, repository, keys):
    def run(word, vkey):
        key = keys[word].name
        arguments = ["-m", "sekisho", "log", "witness", "serve", "--key", key, "--name", f"{word}.example"]
        arguments += ["--log", vkey, "--state", str(tmp_path / word), "--port", "0"]
        return started(arguments, repository, tmp_path / "home")

    return run


LIGHT = """
import sys
from datetime import UTC, datetime
from pathlib import Path

from sekisho.server import running
from sekisho.server.witness import WitnessService, witness_app
from sekisho.store.witness_heads import WitnessHeads
from tests.keys import SeededKey
from tests.logs import Growing

running.HEADER_SECONDS = float(sys.argv[2])
log = Growing()
service = WitnessService(
    name="a.example",
    signer=SeededKey("a"),
    logs={log.origin: [log.key]},
    heads=WitnessHeads(Path(sys.argv[1])),
    clock=lambda: datetime(2026, 11, 22, 12, tzinfo=UTC),
)
app = witness_app(service, seconds=float(sys.argv[2]))
said = lambda url: print("listens at", url, file=sys.stderr, flush=True)
running.run(app, host="127.0.0.1", port=0, ready=said)
"""


@pytest.fixture
def light(tmp_path, repository):
    """Start a witness of LOG without the command line, in a quarter of the time."""
    return lambda state, seconds=10: started(
        ["-c", LIGHT, str(tmp_path / state), str(seconds)], repository, tmp_path
    )


@pytest.fixture
def impatient(light):
    with light("heads", 0.6) as server:
        yield server


def policy_of(vkey, keys, urls):
    lines = [f"log {vkey}"]
    for word, signer in keys.items():
        key = NoteKey(name=f"{word}.example", key=signer.key, type=KeyType.ED25519_COSIGNATURE)
        lines.append(f"witness {word} {key.vkey} {urls.get(word, 'http://127.0.0.1:9')}")
    return parse_policy("\n".join([*lines, "group two 2 a b c", "quorum two"]).encode())


def post(url, size, old=0, log=LOG):
    proof = log.prove(old, size) if old else ()
    body = encode_request(Request(old=old, proof=proof, checkpoint=log.note(size)))
    return fetch(f"{url}/add-checkpoint", body=body, limit=1 << 16)


def test_a_log_is_published_with_two_of_three_witnesses(tmp_path, keys, run):
    """One is down; then one lies; then one has an old head; without two, the old checkpoint stays."""
    signer = make_key("log", folder=tmp_path / "home" / "keys")
    vkey = NoteKey(name=ORIGIN, key=signer.key).vkey
    told = []

    def opened(urls):
        policy = policy_of(vkey, keys, urls)
        asking = PolicyWitnesses(policy=policy, seconds=5, tell=told.append)
        return LocalLog(tmp_path / "log", signer, ORIGIN, witnesses=asking), policy

    def lies(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\n\r\n999\n")

    with run("a", vkey) as a, scripted(lies) as liar:
        with run("b", vkey) as b:
            log, policy = opened({"a": a.url, "b": b.url})
            assert log.append(entry(0)) == 0
            assert witnessed(log.checkpoint(), policy).names == ("a", "b")
            assert "the witness 'c' has not cosigned: no answer" in told[0]
            log, policy = opened({"a": a.url, "b": b.url, "c": liar})
            assert log.append(entry(1)) == 1
            index, head = verify_proof(log.prove(1), entry(1), policy=policy)
            assert (index, head.size) == (1, 2)
        log, _ = opened({"a": a.url, "c": liar})
        with pytest.raises(IncompleteError, match="too few witnesses"):
            log.append(entry(2))
        assert decode_checkpoint(parse_note(log.checkpoint()).text).size == 2
        with run("b", vkey) as b:
            # a has seen three entries, b two: each is asked from where it stands.
            log, policy = opened({"a": a.url, "b": b.url})
            assert log.append(entry(3)) == 3
            found = witnessed(log.checkpoint(), policy)
            assert (found.names, found.checkpoint.size) == (("a", "b"), 4)
            assert fetch(f"{b.url}/{PATH}/checkpoint", limit=1 << 16).body.startswith(b"log.example/one\n4\n")


def test_a_log_that_was_taken_back_meets_its_witness(light):
    keys = {word: SeededKey(word) for word in ("a", "b", "c")}
    with light("heads") as a:
        assert post(a.url, 20).status == 200
        asking = PolicyWitnesses(policy=policy_of(LOG.key.vkey, keys, {"a": a.url}))
        with pytest.raises(EvidenceError, match="shows a signed checkpoint of 20"):
            asking.gather(LOG.note(8), 3, lambda old: LOG.prove(old, 8))


def test_of_two_forks_one_is_cosigned(light, tell):
    """Two processes share the state; two threads ask them for two futures of one log at once."""
    rounds, first = count(10, 300), 0
    entries = (b"the first",)
    with light("heads") as one, light("heads") as other:
        assert post(one.url, 1, log=Growing(made=entries)).status == 200
        for number in range(rounds):
            size, statuses = len(entries), [0, 0]
            futures = [Growing(made=(*entries, b"%d, future %d" % (number, i))) for i in range(2)]

            def ask(i, url, future, size=size, statuses=statuses):
                statuses[i] = post(url, size + 1, size, future).status

            urls = (one.url, other.url)
            threads = [threading.Thread(target=ask, args=(i, urls[i], futures[i])) for i in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted(statuses) == [200, 409]
            first += statuses[0] == 200
            entries = futures[statuses.index(200)].made
    tell(f"{rounds} races, {first} won by the first")


def test_what_was_cosigned_is_not_forgotten_by_a_kill(light):
    with light("heads") as a:
        for size in (1, 5, 9):
            assert post(a.url, size, {1: 0, 5: 1, 9: 5}[size]).status == 200
        a.kill()
    with light("heads") as a:
        answer = post(a.url, 20, 5)
        assert (answer.status, answer.body) == (409, b"9\n")
        assert post(a.url, 20, 9).status == 200


HEAD = b"POST /add-checkpoint HTTP/1.1\r\nHost: a\r\n"


def status(received):
    return received.split(b" ", 2)[1] if received else b""


def test_hostile_clients_are_sent_away_and_others_are_answered(impatient):
    port = impatient.port
    begun = time.monotonic()
    held = [threading.Thread(target=exchanged, args=(port, HEAD[:n])) for n in (0, 1, 20)]
    held.append(threading.Thread(target=exchanged, args=(port, HEAD + b"Content-Length: 9\r\n\r\nold")))
    for thread in held:
        thread.start()
    assert post(impatient.url, 3).status == 200
    for thread in held:
        thread.join()
    assert time.monotonic() - begun < 8
    slow = exchanged(port, HEAD + b"Content-Length: 9\r\n\r\nold")
    assert status(slow) == b"408"
    assert status(exchanged(port, HEAD + b"Content-Length: 900000\r\n\r\n" + b"x" * 900_000)) == b"413"
    chunks = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    assert status(exchanged(port, chunked, chunks * 8)) == b"413"
    assert status(exchanged(port, HEAD + b"X: " + b"x" * 70_000)) == b"400"
    assert status(exchanged(port, b"\x16\x03\x01" * 100)) == b"400"
    assert post(impatient.url, 8, 3).status == 200


def test_the_other_paths_and_methods(impatient):
    url = impatient.url
    assert post(url, 3).status == 200
    assert fetch(f"{url}/{PATH}/checkpoint", limit=4096).status == 200
    for path in ("", "add-checkpoint", "checkpoint", f"{PATH}", f"{PATH}/tile", f"{'0' * 64}/checkpoint"):
        assert fetch(f"{url}/{path}", limit=4096).status in {404, 405}
    assert fetch(f"{url}/{PATH}/checkpoint", body=b"x", limit=4096).status == 405
    assert fetch(f"{url}/add-checkpoint", body=b"", limit=4096).status == 400
