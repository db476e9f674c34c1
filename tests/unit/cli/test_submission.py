import pytest

from sekisho.cli.app import main
from sekisho.cli.submission import NEAR_SHOWN, carry, deliver, local_voucher, registry_at, say_kept, tell_near
from sekisho.errors import ExistsError, InputError, NotFoundError
from sekisho.model import Root
from sekisho.registry.copies import Copied
from sekisho.registry.nearness import Near
from sekisho.registry.submit import Verdict
from sekisho.signing import REGISTRATION
from sekisho.store.keys import make_key
from sekisho.store.statements_file import read_statements
from tests.parties import Party, grant, passages_of, registration, text_statements

AOZORA, LUMEN = Party(name="aozora"), Party(name="lumen")


@pytest.fixture
def place(tmp_path, capsys):
    where = str(tmp_path / "r.sqlite")
    main(["registry", "init", where])
    capsys.readouterr()
    return where


def test_delivering_keeps_what_is_right_and_refuses_the_rest_with_code_2(place, capsys):
    forged = grant(LUMEN, LUMEN)
    verdicts, code = deliver((registration(AOZORA, 1), forged), registry=place, output=None)
    assert ([v.kept for v in verdicts], code) == ([True, False], 2)
    assert f"error: refused {verdicts[1].id}" in capsys.readouterr().err
    assert registry_at(place).statements(REGISTRATION) == (registration(AOZORA, 1),)


def test_delivering_again_is_no_error_and_is_said(place, capsys):
    deliver((registration(AOZORA, 1),), registry=place, output=None)
    (verdict,), code = deliver((registration(AOZORA, 1),), registry=place, output=None)
    assert (verdict.kept, verdict.new, code) == (True, False, 0)
    assert capsys.readouterr().err == f"{verdict.id} was in the registry already\n"


def test_a_file_is_written_instead_and_no_registry_is_touched(place, tmp_path):
    carried = tmp_path / "s.jsonl"
    envelopes = (registration(AOZORA, 1), registration(AOZORA, 2))
    verdicts, code = deliver(envelopes, registry=place, output=carried)
    assert code == 0
    assert len({v.id for v in verdicts}) == 2
    assert tuple(read_statements(carried)) == envelopes
    assert registry_at(place).statements(REGISTRATION) == ()
    with pytest.raises(ExistsError):
        deliver(envelopes, registry=place, output=carried)
    deliver(envelopes[:1], registry=place, output=carried, force=True)
    assert tuple(read_statements(carried)) == envelopes[:1]


def test_what_is_no_statement_is_not_written(tmp_path):
    with pytest.raises(InputError):
        deliver((b"{}",), registry=None, output=tmp_path / "s.jsonl")
    assert not (tmp_path / "s.jsonl").exists()


def test_a_local_voucher_is_listed_private_and_not_the_holder():
    desk, own = make_key("desk"), make_key("own")
    vouchers = frozenset({desk.key, own.key, LUMEN.key})
    root = Root(registry=AOZORA.key, name="Test", vouchers=vouchers)
    assert local_voucher(root, own.key).key == desk.key
    assert local_voucher(root, desk.key).key == own.key
    alone = Root(registry=AOZORA.key, name="Test", vouchers=frozenset({own.key, LUMEN.key}))
    with pytest.raises(NotFoundError, match="no key on this machine may vouch"):
        local_voucher(alone, own.key)


def test_only_what_was_kept_is_said(capsys):
    verdicts = (Verdict(id="e-1", kept=True, new=True), Verdict(id="e-2", kept=False), Verdict(kept=False))
    assert say_kept(verdicts) == ("e-1",)
    assert capsys.readouterr().out == "e-1\n"


@pytest.mark.parametrize("count", [0, 1, NEAR_SHOWN, NEAR_SHOWN + 2])
def test_the_nearest_neighbours_are_named_and_the_others_counted(count, capsys):
    near = tuple(Near(distance=n, entry=f"e-{n}", registrant=LUMEN.key) for n in range(count))
    tell_near(Verdict(id="e-new", kept=True, new=True, near=near))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == min(count, NEAR_SHOWN + 1)
    if count:
        assert lines[0] == f"warning: e-new is near entry e-0 of {LUMEN.key} (distance 0)"
    assert ("2 more" in "".join(lines)) == (count > NEAR_SHOWN)


def test_the_quota_is_handed_on(place, capsys):
    verdicts, code = deliver(
        (registration(AOZORA, 1), registration(AOZORA, 2)), registry=place, output=None, quota=1
    )
    assert ([v.kept for v in verdicts], code) == ([True, False], 2)
    assert "nobody vouches" in capsys.readouterr().err


def test_shared_passages_are_told_of(capsys):
    copied = tuple(Copied(share=99 - n, entry=f"e-{n}", registrant=AOZORA.key) for n in range(NEAR_SHOWN + 2))
    tell_near(Verdict(id="e-9", kept=True, new=True, copied=copied))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == NEAR_SHOWN + 1
    assert lines[0].endswith(
        f"shares passages with entry e-0 of {AOZORA.key} (about 99 % of the shorter text)"
    )
    assert "2 more" in lines[-1]


def test_what_is_carried_is_examined_one_by_one_and_a_fault_leaves_no_file(tmp_path):
    carried = tmp_path / "s.jsonl"
    verdicts = carry(iter([registration(AOZORA, 1), registration(AOZORA, 2)]), carried)
    assert [v.id[0] for v in verdicts] == ["e", "e"]
    with pytest.raises(InputError):
        carry(iter([registration(AOZORA, 1), b"rubbish"]), tmp_path / "other.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["s.jsonl"]


def test_passages_follow_their_registration_without_a_word_of_their_own(place, capsys):
    batch = text_statements(AOZORA, passages_of(1), passages_of(2))
    verdicts, code = deliver(batch, registry=place, output=None, quota=1)
    assert ([v.kept for v in verdicts], code) == ([False] * 3, 2)
    error, hint, note = capsys.readouterr().err.splitlines()
    assert error.startswith(f"error: refused {verdicts[0].id}")
    assert "2 texts were not kept" in note
    deliver(batch, registry=place, output=None)
    capsys.readouterr()
    deliver(batch, registry=place, output=None)
    assert capsys.readouterr().err == f"{verdicts[0].id} was in the registry already\n"
    assert hint.startswith("hint:")
