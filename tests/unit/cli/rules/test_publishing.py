"""A pack that is signed and on the log, and what somebody may try with such a file."""

import hashlib
import json
from dataclasses import replace

import pytest

from sekisho.cli.app import main
from sekisho.ledger.logged import decode_logged, encode_logged
from sekisho.signing import FILE, sign_statement
from sekisho.store.keys import make_key
from tests.law import shipped_bytes

FACTS = 'format = "sekisho.facts/1"\non = 2026-06-01\njurisdictions = ["KR"]\n[facts.subject]\nreal = true\n'


@pytest.fixture
def folder(tmp_path):
    tmp_path.joinpath("kr.toml").write_bytes(shipped_bytes("kr"))
    tmp_path.joinpath("facts.toml").write_text(FACTS)
    return tmp_path


@pytest.fixture
def lawyers():
    return make_key("lawyers")


def run(capsys, *words):
    code = main([*map(str, words), "--lang", "en"])
    said = capsys.readouterr()
    return code, said.out, said.err


def publish(capsys, folder, *words, name="kr.toml", output="kr.json"):
    return run(capsys, "rules", "publish", folder / name, "--by", "lawyers", "-o", folder / output, *words)


def explain(capsys, folder, *words, pack="kr.json"):
    return run(capsys, "rules", "explain", folder / "facts.toml", "--pack", folder / pack, *words)


def test_it_is_verified_and_used_and_its_signer_is_named(folder, lawyers, capsys):
    code, out, _ = publish(capsys, folder)
    assert code == 0
    assert f"signed by {lawyers.key}" in out
    code, again, _ = run(capsys, "verify", folder / "kr.json")
    assert (code, again) == (0, out)
    code, _, err = explain(capsys, folder)
    assert code == 0
    assert f"signed by {lawyers.key}" in err
    assert "named nobody whose packs you accept" in err
    assert run(capsys, "rules", "test", folder / "kr.json")[0] == 0


def test_a_plain_file_is_said_to_be_unsigned(folder, capsys):
    code, _, err = explain(capsys, folder, pack="kr.toml")
    assert code == 0
    assert "the pack kr is unsigned" in err


def test_whoever_names_keys_gets_only_their_packs(folder, lawyers, capsys):
    publish(capsys, folder)
    code, _, err = explain(capsys, folder, "--pack-keys", lawyers.key)
    assert (code, "named nobody" in err) == (0, False)
    other = make_key("other").key
    code, _, err = explain(capsys, folder, "--pack-keys", other)
    assert (code, "not among your pack_keys" in err) == (2, True)
    code, _, err = explain(capsys, folder, "--pack-keys", other, pack="kr.toml")
    assert (code, "is not signed" in err) == (2, True)


def test_the_settings_name_keys_too(folder, lawyers, capsys, monkeypatch):
    monkeypatch.chdir(folder)
    publish(capsys, folder)
    folder.joinpath("sekisho.toml").write_text(f'pack_keys = ["{make_key("other").key}"]\n')
    assert explain(capsys, folder)[0] == 2
    folder.joinpath("sekisho.toml").write_text(f'pack_keys = ["{lawyers.key}"]\n')
    assert explain(capsys, folder)[0] == 0


@pytest.mark.usefixtures("lawyers")
def test_a_pack_whose_examples_show_too_little_is_only_a_draft(folder, capsys):
    less = shipped_bytes("kr").decode().replace('outcome = "unknown"', 'outcome = "no"', 1)
    folder.joinpath("less.toml").write_text(less)
    code, _, err = publish(capsys, folder, name="less.toml")
    assert code == 2
    assert "keep the pack kr from being published" in err
    assert not folder.joinpath("kr.json").exists()
    code, out, _ = publish(capsys, folder, "--draft", name="less.toml")
    assert (code, out.startswith("A DRAFT")) == (0, True)
    assert "a draft, signed by" in explain(capsys, folder)[2]


@pytest.mark.usefixtures("lawyers")
def test_rule_ids_of_another_pack_are_not_taken(folder, capsys):
    text = shipped_bytes("kr").decode().replace('id = "kr"', 'id = "mine"', 1)
    folder.joinpath("mine.toml").write_text(text)
    code, _, err = publish(capsys, folder, "--draft", name="mine.toml")
    assert (code, "both kr and mine have 'kr." in err) == (2, True)
    moved = shipped_bytes("kr").decode().replace('jurisdiction = "KR"', 'jurisdiction = "JP"', 1)
    folder.joinpath("moved.toml").write_text(moved)
    code, _, err = explain(capsys, folder, pack="moved.toml")
    assert (code, "the pack kr is for KR, yours for JP" in err) == (2, True)


@pytest.mark.parametrize("name", ["statement", "salt", "entry", "index", "receipt", "vkey", "origin"])
@pytest.mark.usefixtures("lawyers")
def test_a_byte_that_was_changed_is_found(folder, capsys, name):
    publish(capsys, folder)
    document = json.loads(folder.joinpath("kr.json").read_bytes())
    value = document[name]
    turned = str(value)[:20] + ("B" if str(value)[20:21] == "A" else "A") + str(value)[21:]
    document[name] = value + 1 if name == "index" else turned
    changed = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    folder.joinpath("bad.json").write_text(changed)
    for code, _, err in (
        explain(capsys, folder, pack="bad.json"),
        run(capsys, "verify", folder / "bad.json"),
    ):
        assert code in {2, 4}
        assert "Traceback" not in err


def test_another_statement_is_no_pack(folder, lawyers, capsys):
    publish(capsys, folder)
    logged = decode_logged(folder.joinpath("kr.json").read_bytes())
    folder.joinpath("x.json").write_bytes(sign_statement(FILE, b"{}", lawyers))
    assert run(capsys, "rules", "explain", folder / "facts.toml", "--pack", folder / "x.json")[0] == 2
    other = folder / "model-card.txt"
    other.write_text("a card")
    main(["log", "append", str(other), "--by", "lawyers", "-o", str(folder / "card.json")])
    code, _, err = explain(capsys, folder, pack="card.json")
    assert (code, "not a pack of rules" in err) == (2, True)
    taken = decode_logged(folder.joinpath("card.json").read_bytes())
    folder.joinpath("swapped.json").write_bytes(encode_logged(replace(taken, statement=logged.statement)))
    assert explain(capsys, folder, pack="swapped.json")[0] == 4


@pytest.mark.usefixtures("lawyers")
def test_an_old_pack_says_that_it_is_older_than_this_versions(folder, capsys):
    text = shipped_bytes("kr").decode()
    day = text.split("law_as_of = ")[1][:10]
    folder.joinpath("old.toml").write_text(text.replace(day, "2026-01-31", 1))
    assert publish(capsys, folder, name="old.toml")[0] == 0
    assert "yours takes its place and is older" in explain(capsys, folder)[2]


def test_digests_are_listed_as_sha256sum_does(capsys):
    _, out, _ = run(capsys, "rules", "list", "--digests")
    assert f"{hashlib.sha256(shipped_bytes('kr')).hexdigest()}  kr  KR" in out
