import hashlib
from datetime import timedelta

import pytest

from sekisho.errors import EvidenceError, IncompleteError, InputError
from sekisho.ledger.checkpoint import decode_checkpoint
from sekisho.ledger.note import NoteKey, parse_note
from sekisho.ledger.policy import Group, KnownLog, LogPolicy, Witness, witnessed
from sekisho.ledger.witnessing import Answer, Request, admit, decide, encode_request
from sekisho.store.clock import now
from sekisho.store.fetch import Reply
from sekisho.store.witnesses import PolicyWitnesses, gather
from tests.keys import SeededKey
from tests.logs import Growing, Net, witness

LOG, FORK = Growing(), Growing(word="fork")
PATH = hashlib.sha256(LOG.origin.encode()).hexdigest()


class Honest:
    """A witness in memory."""

    def __init__(self, word, size=0, log=LOG, ahead=timedelta()):
        self.word, self.head, self.ahead, self.requests = word, None, ahead, []
        if size:
            self("add-checkpoint", encode_request(Request(old=0, proof=(), checkpoint=log.note(size))))
            self.requests.clear()

    def __call__(self, path, body):
        if body is None:
            return Reply(status=200 if path == f"{PATH}/checkpoint" else 404, type="", body=self.head.note)
        self.requests.append(body)
        answer = admit(body, {LOG.origin: [LOG.key]})
        if not isinstance(answer, Answer):
            done = decide(answer, self.head, f"{self.word}.example", SeededKey(self.word), now() + self.ahead)
            self.head, answer = done.head or self.head, done.answer
        return Reply(status=answer.status, type=answer.type, body=answer.body)


def says(status, body=b"", kind="text/plain"):
    return lambda _path, _body: Reply(status=status, type=kind, body=body)


def size_line(text):
    return says(409, text, "text/x.tlog.size")


WITNESSES = [witness(word, f"https://{word}.example") for word in ("a", "b", "c")]
POLICY = LogPolicy(
    logs=(KnownLog(key=LOG.key),),
    witnesses=tuple(WITNESSES),
    groups=(Group(name="two", needed=2, members=("a", "b", "c")),),
    quorum="two",
)


def net(**servers):
    return Net({f"{word}.example": server for word, server in servers.items()})


def ask(network, size=8, old=3, log=LOG, seconds=5.0):
    proofs = []

    def prove(start):
        proofs.append(start)
        return log.prove(start, size)

    found = gather(log.note(size), prove, WITNESSES, old=old, seconds=seconds, fetch=network)
    return found, proofs


def names(found):
    return [line.decode().split()[1].removesuffix(".example") for line in found.lines]


def test_all_cosign():
    found, proofs = ask(net(a=Honest("a", 3), b=Honest("b", 3), c=Honest("c", 3)))
    assert names(found) == ["a", "b", "c"]
    assert (found.problems, found.ahead, set(proofs)) == ((), (), {3})


def test_a_witness_with_an_old_head_is_asked_again_from_there():
    late, new, same = Honest("a", 2), Honest("b"), Honest("c", 8)
    found, proofs = ask(net(a=late, b=new, c=same))
    assert names(found) == ["a", "b", "c"]
    assert sorted(set(proofs)) == [2, 3]
    assert [len(one.requests) for one in (late, new, same)] == [2, 2, 2]


def test_a_witness_is_not_asked_for_ever():
    asked = []

    def growing(_path, body):
        asked.append(body)
        return Reply(status=409, type="text/x.tlog.size", body=b"%d\n" % len(asked))

    found, _ = ask(net(a=growing, b=Honest("b", 3), c=Honest("c", 3)))
    assert names(found) == ["b", "c"]
    assert len(asked) == 2
    assert found.problems == (("a", "it says that it has cosigned 2 entries"),)


@pytest.mark.parametrize(
    ("server", "why"),
    [
        (None, "no answer from"),
        (says(404, b"unknown log\n"), "it answered 404: unknown log"),
        (says(500, b"x" * 60000), "it answered 500: x{200}$"),
        (says(302), "it answered 302"),
        (says(200), "signature lines"),
        (says(200, b"\xff\n"), "UTF-8"),
        (says(200, b"x" * 70000), "more than 65536"),
        (says(409), "conflict without a size"),
        (size_line(b"03\n"), "not a number"),
        (size_line(b"9\n"), "has cosigned 9 entries"),
        (Honest("b", 3), "no signature by a known key"),
        (Honest("a", 3, FORK), "it answered 422"),
        (Honest("a", 3, ahead=timedelta(hours=1)), "of the future"),
    ],
)
def test_a_bad_witness_costs_its_own_line_only(server, why):
    found, _ = ask(net(a=server, b=Honest("b", 3), c=Honest("c", 3)))
    assert names(found) == ["b", "c"]
    ((name, problem),) = found.problems
    assert name == "a"
    with pytest.raises(AssertionError, match=why):
        raise AssertionError(problem)


def test_a_witness_without_an_address_or_of_an_unknown_type_is_not_asked():
    some = [witness("a"), Witness(name="q", key=None, url="https://q.example"), WITNESSES[1]]
    found = gather(LOG.note(8), lambda old: LOG.prove(old, 8), some, fetch=net(b=Honest("b")))
    assert names(found) == ["b"]
    assert found.problems == (("a", "it has no address"), ("q", "its key has a type that is unknown here"))


def test_the_size_before_can_not_be_larger():
    with pytest.raises(InputError, match="continues none"):
        ask(net(), size=3, old=8)


def test_the_policy_s_quorum_is_enough():
    told = []
    asking = PolicyWitnesses(policy=POLICY, fetch=net(a=Honest("a", 3), c=Honest("c", 3)), tell=told.append)
    note = asking.gather(LOG.note(8), 3, lambda old: LOG.prove(old, 8))
    found = witnessed(note, POLICY)
    assert (found.met, found.names, found.checkpoint) == (True, ("a", "c"), LOG.head(8))
    assert told == ["the witness 'b' has not cosigned: no answer from https://b.example/add-checkpoint"]


def test_without_a_quorum_nothing_is_published():
    asking = PolicyWitnesses(policy=POLICY, fetch=net(a=Honest("a", 3), b=size_line(b"99\n")))
    with pytest.raises(IncompleteError, match=r"too few witnesses.*b: it says that it has cosigned 99"):
        asking.gather(LOG.note(8), 3, lambda old: LOG.prove(old, 8))


def test_a_longer_log_with_our_own_signature_refuses_all():
    servers = net(a=Honest("a", 3), b=Honest("b", 3), c=Honest("c", 20))
    for keys, policy in (((), POLICY), ((LOG.key,), LogPolicy(witnesses=POLICY.witnesses))):
        asking = PolicyWitnesses(policy=policy, keys=keys, fetch=servers)
        with pytest.raises(EvidenceError, match="'c' shows a signed checkpoint of 20"):
            asking.gather(LOG.note(8), 3, lambda old: LOG.prove(old, 8))


@pytest.mark.parametrize("shown", [b"", LOG.note(8), LOG.note(3), Growing(seed="other").note(20)])
def test_the_word_of_a_witness_alone_stops_nothing(shown):
    def lying(_path, body):
        return Reply(
            status=200 if body is None else 409,
            type="text/x.tlog.size",
            body=shown if body is None else b"99\n",
        )

    asking = PolicyWitnesses(policy=POLICY, fetch=net(a=Honest("a", 3), b=Honest("b", 3), c=lying))
    note = asking.gather(LOG.note(8), 3, lambda old: LOG.prove(old, 8))
    assert decode_checkpoint(parse_note(note).text) == LOG.head(8)


def test_a_policy_for_another_log_is_refused():
    other = LogPolicy(logs=(KnownLog(key=NoteKey(name="other", key=LOG.signer.key)),), quorum="none")
    with pytest.raises(Exception, match=r"no signature|no log"):
        PolicyWitnesses(policy=other, fetch=net()).gather(LOG.note(8), 3, lambda old: LOG.prove(old, 8))
