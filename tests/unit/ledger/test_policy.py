from datetime import UTC, datetime, timedelta

import pytest

from sekisho.errors import EvidenceError, InputError, SignatureError
from sekisho.ledger.cosignature import cosign
from sekisho.ledger.note import NoteKey, encode_base64, parse_note, sign_note, signature_line
from sekisho.ledger.policy import MAX_POLICY, LogPolicy, Witness, parse_policy, require_quorum, witnessed
from sekisho.ledger.schemes import KeyType, key_hash
from sekisho.signing import public_key
from tests.keys import SeededKey
from tests.logs import Growing, witness, witness_key

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LOG = Growing()
NOTE = LOG.note(9)
VKEY = {word: witness_key(word).vkey for word in ("x1", "x2", "x3", "y1", "y2")}
ML_DSA = f"q.example+{key_hash('q.example', 6, b'k' * 1312).hex()}+{encode_base64(bytes([6]) + b'k' * 1312)}"
TEXT = f"""# two houses
log {LOG.key.vkey} https://log.example/one

witness X1 {VKEY["x1"]} https://x1.example
\twitness  X2\t{VKEY["x2"]}
witness X3 {VKEY["x3"]}
group X 2 X1 X2 X3
witness Y1 {VKEY["y1"]}
witness Y2 {VKEY["y2"]}
group Y any Y1 Y2
  # both
group both all X Y
quorum both
""".encode()
POLICY = parse_policy(TEXT)


def cosigned(*words, note=NOTE, at=NOW):
    text = parse_note(note).text
    return note + b"".join(signature_line(cosign(text, f"{w}.example", SeededKey(w), at)) for w in words)


def test_the_parts_of_a_policy():
    assert [log.key for log in POLICY.logs] == [LOG.key]
    assert POLICY.logs[0].url == "https://log.example/one"
    assert [w.name for w in POLICY.witnesses] == ["X1", "X2", "X3", "Y1", "Y2"]
    assert POLICY.witnesses[0] == Witness(name="X1", key=witness_key("x1"), url="https://x1.example")
    assert [(g.name, g.needed) for g in POLICY.groups] == [("X", 2), ("Y", 1), ("both", 2)]
    assert POLICY.quorum == "both"


@pytest.mark.parametrize(
    ("words", "met"),
    [
        ((), False),
        (("x1", "x2", "x3"), False),
        (("y1", "y2"), False),
        (("x1", "y1"), False),
        (("x1", "x3", "y2"), True),
        (("x1", "x2", "x3", "y1", "y2"), True),
    ],
)
def test_the_quorum(words, met):
    found = witnessed(cosigned(*words), POLICY)
    assert found.met is met
    assert found.names == tuple(word.upper() for word in words)
    assert found.checkpoint == LOG.head(9)
    assert all(mark.at == NOW for mark in found.cosignatures)
    if met:
        assert require_quorum(found) == LOG.head(9)
    else:
        with pytest.raises(EvidenceError, match="too few witnesses"):
            require_quorum(found)


def test_no_quorum_is_needed_if_the_file_says_so():
    assert witnessed(NOTE, parse_policy(f"log {LOG.key.vkey}\nquorum none".encode())).met


def test_a_quorum_of_one_witness():
    policy = parse_policy(f"log {LOG.key.vkey}\nwitness a {VKEY['x1']}\nquorum a\n".encode())
    assert witnessed(cosigned("x1"), policy).met
    assert not witnessed(cosigned("x2"), policy).met


def test_stale_and_future_cosignatures_do_not_count():
    note = cosigned("x1", "x2") + cosigned("y1", at=NOW - 2 * DAY).removeprefix(NOTE)
    assert witnessed(note, POLICY).met
    assert witnessed(note, POLICY, now=NOW).met
    assert witnessed(note, POLICY, now=NOW, max_age=DAY).names == ("X1", "X2")
    assert not witnessed(note, POLICY, now=NOW, max_age=DAY).met
    assert witnessed(note, POLICY, now=NOW - DAY).names == ("Y1",)


def test_a_false_cosignature_of_a_known_witness_refuses_the_note():
    note = cosigned("x1", "x2", "y1") + cosigned("y2", note=LOG.note(8)).removeprefix(LOG.note(8))
    with pytest.raises(SignatureError, match="does not hold"):
        witnessed(note, POLICY)


def test_a_cosignature_twice_refuses_the_note():
    with pytest.raises(SignatureError, match="twice"):
        witnessed(cosigned("x1", "x1", "y1"), POLICY)


def test_witnesses_alone_do_not_make_a_checkpoint():
    other = Growing(origin=LOG.origin, seed="other").note(9)
    with pytest.raises(SignatureError, match="no log of the policy"):
        witnessed(cosigned("x1", "x2", "y1", note=other), POLICY)
    with pytest.raises(SignatureError, match="no signature"):
        witnessed(other, POLICY)


def test_a_log_s_key_under_another_origin_is_not_believed():
    """The key is that of the policy, the origin is not."""
    elsewhere = Growing(origin="log.example/two")
    with pytest.raises(SignatureError, match=r"no signature|no log"):
        witnessed(cosigned("x1", "x2", "y1", note=elsewhere.note(9)), POLICY)


def test_a_log_s_key_that_signs_another_origin_under_its_own_name_is_not_believed():
    elsewhere = Growing(origin="log.example/two")
    note = sign_note(parse_note(elsewhere.note(9)).text, LOG.origin, LOG.signer)
    with pytest.raises(SignatureError, match="no log of the policy"):
        witnessed(cosigned("x1", "x2", "y1", note=note), POLICY)


def test_a_policy_without_logs_takes_the_caller_s():
    policy = parse_policy(f"witness a {VKEY['x1']}\nquorum a".encode())
    assert witnessed(cosigned("x1"), policy, keys=[LOG.key]).met
    with pytest.raises(SignatureError, match="no log of the policy"):
        witnessed(cosigned("x1"), policy)
    with pytest.raises(SignatureError, match="does not sign as a log"):
        witnessed(cosigned("x1"), policy, keys=[witness_key("x1")])


def test_a_policy_with_logs_does_not_take_the_caller_s():
    other = Growing(origin="log.example/two", seed="other")
    with pytest.raises(SignatureError):
        witnessed(other.note(9), POLICY, keys=[other.key])


def test_one_key_under_two_names_counts_once():
    """A policy file with it is refused; a policy made otherwise counts it once."""
    two = (witness("x1"), Witness(name="again", key=witness_key("x1", "again.example")))
    policy = LogPolicy(witnesses=two)
    text = parse_note(NOTE).text
    note = cosigned("x1") + signature_line(cosign(text, "again.example", SeededKey("x1"), NOW))
    assert witnessed(note, policy, keys=[LOG.key]).names == ("x1",)


def test_a_witness_of_an_unknown_type_is_kept_and_never_counts():
    policy = parse_policy(f"witness q {ML_DSA}\nwitness a {VKEY['x1']}\ngroup g any q a\nquorum g".encode())
    assert policy.witnesses[0].key is None
    assert witnessed(cosigned("x1"), policy, keys=[LOG.key]).names == ("a",)
    assert not witnessed(NOTE, policy, keys=[LOG.key]).met


def line(text):
    return f"log {LOG.key.vkey}\nwitness a {VKEY['x1']}\nwitness b {VKEY['x2']}\n{text}\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "exactly one quorum"),
        (line(""), "exactly one quorum"),
        (line("quorum a\nquorum a"), "exactly one quorum"),
        (line("quorum c"), "not defined above"),
        (line("quorum g\ngroup g any a"), "not defined above"),
        (line("quorum a b"), "not a line"),
        (line("quorum"), "not a line"),
        (line("quoram a"), "not a line"),
        (line("QUORUM a"), "not a line"),
        (line("group g any a c\nquorum g"), "not defined above"),
        (line("group g any g\nquorum g"), "not defined above"),
        (line("group g any none\nquorum g"), "not defined above"),
        (line("group g any a a\nquorum g"), "twice"),
        (line("group g any a\ngroup h any a\nquorum h"), "twice"),
        (line("group g any\nquorum g"), "not a line"),
        (line("group g 0 a b\nquorum g"), "needs 0 of 2"),
        (line("group g 3 a b\nquorum g"), "needs 3 of 2"),
        (line("group g 02 a b\nquorum g"), "not a number"),
        (line("group g -1 a b\nquorum g"), "not a number"),
        (line("group g ALL a b\nquorum g"), "not a number"),
        (line("group a any b\nquorum a"), "taken"),
        (line("group none any b\nquorum none"), "taken"),
        (line(f"witness a {VKEY['x3']}\nquorum a"), "taken"),
        (line(f"witness none {VKEY['x3']}\nquorum a"), "taken"),
        (line(f"witness c {VKEY['x1']}\nquorum a"), "has the key of another"),
        (line(f"witness c {witness_key('x1', 'c.example').vkey}\nquorum a"), "has the key of another"),
        (line(f"log {LOG.key.vkey}\nquorum a"), "has the key of another"),
        (line(f"log {NoteKey(name='other', key=LOG.signer.key).vkey}\nquorum a"), "has the key of another"),
        (line(f"witness c {VKEY['x3']} url more\nquorum a"), "not a line"),
        (line("witness c\nquorum a"), "not a line"),
        (line("witness c x+y\nquorum a"), "not a verifier key"),
        (line("quorum a").replace("\n", "\r\n"), "control character"),
        (line("quorum a") + "\x7f", "control character"),
        (line("quorum a") + "\x00", "control character"),
        ("#" * (MAX_POLICY + 1), "at most"),
    ],
)
def test_what_is_not_a_policy(text, why):
    with pytest.raises(InputError, match=why):
        parse_policy(text.encode())


def test_a_key_in_the_wrong_role_is_refused():
    log_as_witness = line(f"witness c {NoteKey(name='l', key=SeededKey('l').key).vkey}\nquorum a")
    with pytest.raises(SignatureError, match="line 4: 'l' is not an Ed25519 key of a witness"):
        parse_policy(log_as_witness.encode())
    with pytest.raises(SignatureError, match=r"line 4: 'x3\.example' is not an Ed25519 key of a log"):
        parse_policy(line(f"log {VKEY['x3']}\nquorum a").encode())


def test_a_weak_key_and_a_wrong_hash_are_refused():
    weak = (1).to_bytes(32, "little")
    hashed = key_hash("w", KeyType.ED25519_COSIGNATURE, weak).hex()
    vkey = f"w+{hashed}+{encode_base64(bytes([4]) + weak)}"
    with pytest.raises(SignatureError, match="weak"):
        parse_policy(line(f"witness c {vkey}\nquorum a").encode())
    public = encode_base64(bytes([4]) + public_key(SeededKey("w").key))
    with pytest.raises(SignatureError, match="does not have the hash"):
        parse_policy(line(f"witness c w+00000000+{public}\nquorum a").encode())


def test_names_are_bytes():
    kelvin, latin = "\u212a".encode(), b"K"
    lines = b"witness %b %b\nwitness %b %b\nwitness \xff\xfe %b\ngroup g 3 %b %b \xff\xfe\nquorum g\n" % (
        kelvin,
        VKEY["x1"].encode(),
        latin,
        VKEY["x2"].encode(),
        VKEY["x3"].encode(),
        kelvin,
        latin,
    )
    policy = parse_policy(lines)
    assert policy.witnesses[0].name != policy.witnesses[1].name
    assert witnessed(cosigned("x1", "x2", "x3"), policy, keys=[LOG.key]).met
    assert not witnessed(cosigned("x1", "x2"), policy, keys=[LOG.key]).met


def test_a_large_policy():
    """C2SP asks for 32 of each."""
    words = [f"w{i}" for i in range(64)]
    lines = [f"witness {w} {witness_key(w).vkey}" for w in words]
    lines += [f"group g{i} all w{2 * i} w{2 * i + 1}" for i in range(32)]
    lines += ["group most 17 " + " ".join(f"g{i}" for i in range(32)), "quorum most"]
    policy = parse_policy("\n".join(lines).encode())
    assert policy.met({f"w{i}" for i in range(34)})
    assert not policy.met({f"w{i}" for i in range(33)})
