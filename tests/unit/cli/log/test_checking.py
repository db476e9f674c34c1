import pytest

from sekisho.cli.app import main
from sekisho.ledger.cosignature import cosign
from sekisho.ledger.logged import decode_logged, encode_logged
from sekisho.ledger.note import parse_note, signature_line
from sekisho.store.own_log import own_log
from tests.keys import SeededKey
from tests.logs import witness_key
from tests.stored_logs import AT, entries, entry


@pytest.fixture
def logged(tmp_path, capsys):
    main(["key", "new", "lumen"])
    (tmp_path / "card.txt").write_text("a model card")
    output = tmp_path / "card.logged.json"
    main(["log", "append", str(tmp_path / "card.txt"), "--by", "lumen", "-o", str(output)])
    capsys.readouterr()
    return output


def verify(path, *more):
    return main(["log", "verify", str(path), "--lang", "en", *more])


def test_a_logged_file(logged, capsys):
    assert verify(logged) == 0
    said = capsys.readouterr()
    assert "file, signed by ed25519:" in said.out
    assert "entry 0 of the 1 under a checkpoint" in said.out
    assert "whether that log is to be believed is yours to know" in said.err


def test_the_key_from_elsewhere(logged, capsys):
    assert verify(logged, "--log-key", own_log().vkey) == 0
    assert capsys.readouterr().err == ""
    other = witness_key("other").vkey
    assert verify(logged, "--log-key", other) == 4
    assert "error:" in capsys.readouterr().err


def test_a_policy_with_a_witness(logged, capsys, tmp_path):
    policy = tmp_path / "policy"
    key = witness_key("one")
    policy.write_text(f"log {own_log().vkey}\nwitness one {key.vkey}\nquorum one\n")
    assert verify(logged, "--policy", str(policy)) == 4
    assert "too few witnesses" in capsys.readouterr().err
    text = parse_note(own_log().checkpoint()).text
    line = signature_line(cosign(text, key.name, SeededKey("one"), AT))
    found = decode_logged(logged.read_bytes())
    cosigned = encode_logged(type(found)(**{**fields(found), "receipt": found.receipt + line}))
    logged.write_bytes(cosigned)
    assert verify(logged, "--policy", str(policy)) == 0
    assert "cosigned by: one" in capsys.readouterr().out


def fields(found):
    return {name: getattr(found, name) for name in found.__slots__}


@pytest.mark.parametrize("how", ["salt", "cut", "other"])
def test_a_changed_file(logged, capsys, how):
    data = logged.read_bytes()
    changed = {
        "salt": data.replace(b'"index":0', b'"index":1'),
        "cut": data[:-9],
        "other": b"{}",
    }[how]
    logged.write_bytes(changed)
    assert verify(logged) == 4
    assert "error:" in capsys.readouterr().err


def test_a_bare_receipt_with_its_entry(capsys, tmp_path):
    own_log().append(entry(0))
    receipt, stored = tmp_path / "r.tlog-proof", tmp_path / "entry"
    main(["log", "proof", "0", "-o", str(receipt)])
    stored.write_bytes(entry(0))
    given = [str(receipt), "--entry", str(stored)]
    assert verify(*given, "--log-key", own_log().vkey) == 0
    assert verify(*given) == 2
    assert "whose log is it?" in capsys.readouterr().err
    stored.write_bytes(entry(1))
    assert verify(*given, "--log-key", own_log().vkey) == 4
    assert verify(receipt) == 2
    assert "seal.json" in capsys.readouterr().err


def test_no_such_file(capsys, tmp_path):
    assert verify(tmp_path / "none") == 2
    assert "there is no" in capsys.readouterr().err


def test_every_file_is_compared(capsys):
    log = own_log()
    log.append_all(entries(0, 300))
    log.publish()
    assert main(["log", "fsck"]) == 0
    assert "300 entries" in capsys.readouterr().out
    tile = log.path / "tile/0/000"
    tile.write_bytes(bytes(8192))
    assert main(["log", "fsck"]) == 4
    assert "tile/0/000" in capsys.readouterr().err


def test_a_copy_is_made_and_checked(capsys, tmp_path):
    log = own_log()
    log.append_all(entries(0, 300))
    log.publish()
    assert main(["log", "export", str(tmp_path / "copy")]) == 0
    assert main(["log", "fsck", str(tmp_path / "copy"), "--log-key", log.vkey]) == 0
    assert main(["log", "fsck", str(tmp_path / "copy")]) == 2
    assert "--log-key VKEY" in capsys.readouterr().err
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == ["checkpoint", "tile"]


def test_a_copy_needs_a_folder_and_something_to_copy(capsys, tmp_path):
    assert main(["log", "export", str(tmp_path / "copy")]) == 2
    own_log().append(entry(0))
    (tmp_path / "file").touch()
    assert main(["log", "export", str(tmp_path / "file")]) == 2
    assert "not a folder" in capsys.readouterr().err
