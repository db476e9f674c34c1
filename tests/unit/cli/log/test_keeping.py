import pytest

from sekisho.cli.app import main
from sekisho.ledger.note import parse_vkey
from sekisho.store.home import keys_dir, log_dir
from sekisho.store.own_log import own_log
from tests.logs import witness_key
from tests.stored_logs import entries, entry

POLICY = f"witness one {witness_key('one').vkey} https://one.example/\nquorum one\n"


def test_init_prints_the_key_that_others_need(capsys):
    assert main(["log", "init", "--origin", "log.example.org/one"]) == 0
    vkey = capsys.readouterr().out.strip()
    assert parse_vkey(vkey).name == "log.example.org/one"
    assert own_log().vkey == vkey
    assert main(["log", "init"]) == 0
    assert capsys.readouterr().out.strip() == vkey


def test_the_name_of_a_log_with_entries_does_not_change(capsys):
    main(["log", "init", "--origin", "log.example.org/one"])
    own_log().append(entry(0))
    assert main(["log", "init", "--origin", "log.example.org/two"]) == 2
    assert "never changes" in capsys.readouterr().err
    assert own_log().origin == "log.example.org/one"


@pytest.mark.parametrize("origin", ["https://log.example.org", "a b", "a+b", ""])
def test_a_name_that_can_not_be(capsys, origin):
    assert main(["log", "init", "--origin", origin]) == 2
    assert "origin" in capsys.readouterr().err.lower() or origin != "https://log.example.org"
    assert own_log().origin.startswith("sekisho.invalid/log/")


def test_a_policy_asks_for_witnesses(capsys, tmp_path):
    (tmp_path / "policy").write_text(POLICY)
    assert main(["log", "init", "--policy", str(tmp_path / "policy")]) == 0
    assert own_log().witnesses.policy.quorum == "one"
    capsys.readouterr()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("quorum nobody\n", "not defined"),
        (f"witness one {witness_key('one').vkey}\nquorum one\n", "where one can be asked"),
        (f"log log.example/other+{'0' * 8}+AAAA\nquorum none\n", "line 1"),
        ("", "one quorum line"),
    ],
)
def test_a_policy_that_can_not_be(capsys, tmp_path, text, said):
    (tmp_path / "policy").write_text(text)
    assert main(["log", "init", "--policy", str(tmp_path / "policy")]) == 2
    assert said in capsys.readouterr().err
    assert own_log().witnesses is None


def test_a_policy_that_names_other_logs_only(capsys, tmp_path):
    main(["log", "init", "--origin", "log.example.org/one"])
    vkey = capsys.readouterr().out.strip()
    (tmp_path / "policy").write_text(f"log {vkey}\n{POLICY}")
    (keys_dir() / "log.origin").unlink()
    assert main(["log", "init", "--policy", str(tmp_path / "policy")]) == 2
    assert "not this one" in capsys.readouterr().err


def test_no_such_policy(capsys, tmp_path):
    assert main(["log", "init", "--policy", str(tmp_path / "none")]) == 2
    assert "there is no" in capsys.readouterr().err


def test_show_and_publish(capsys):
    assert main(["log", "publish"]) == 2
    assert "no entry yet" in capsys.readouterr().err
    log = own_log()
    log.append_all(entries(0, 3))
    assert main(["log", "show"]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == log.vkey
    assert "published: 0 entries; waiting: 3" in said.err
    assert main(["log", "publish"]) == 0
    assert main(["log", "show"]) == 0
    said = capsys.readouterr()
    assert log.checkpoint().decode().strip() in said.out
    assert "published: 3 entries; waiting: 0" in said.err


def test_restore(capsys):
    log = own_log()
    log.append_all(entries(0, 3))
    log.publish()
    log.close()
    for path in log_dir().glob(".sequence.sqlite*"):
        path.unlink()
    assert main(["log", "publish"]) == 4
    assert "sekisho log restore" in capsys.readouterr().err
    assert main(["log", "restore"]) == 0
    assert "3 entries are published" in capsys.readouterr().out
    assert own_log().append(entry(3)) == 3
