import hashlib
import json

import pytest

from sekisho.cli.app import main
from sekisho.cli.listed import rows_for_section
from sekisho.codec.listed import encode_listed
from sekisho.model import Root
from sekisho.model.listed import Listed
from sekisho.signing import LISTED, sign_statement
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import load_signer, make_key
from sekisho.store.statements_file import write_statements
from tests.parties import DAY, Party

A, B = (hashlib.sha256(name).hexdigest() for name in (b"a", b"b"))


@pytest.fixture(autouse=True)
def _registry():
    for name in ("desk", "somebody"):
        make_key(name)
    main(["registry", "init", "--authority", "desk"])


def written(folder, text, name="list.csv"):
    path = folder / name
    path.write_text(text)
    return str(path)


def root():
    return open_registry(str(default_registry())).root()[0]


def take_in(*words):
    return main(["registry", "import", "--listed", *words])


def test_a_list_of_an_authority_is_taken_in_and_no_line_of_it_is_printed(tmp_path, capsys):
    file = written(tmp_path, f"sha256,pdq,md5\n{A},,\n,{B},\n,,{'a' * 32}\n{A[:-1]},,\n")
    assert take_in(file, "--by", "desk", "--source", "tests") == 0
    out, err = capsys.readouterr()
    assert "4 lines, 1 SHA-256, 1 PDQ" in err
    assert "1 lines have only MD5, which is not used" in err
    assert "line 5: malformed sha256" in err
    assert not [h for h in (A, B, A[:-1], "a" * 32) if h in out + err]
    assert sorted(x.hex() for _, *some in rows_for_section(root()) for x in some if x) == sorted([A, B])
    assert take_in(file, "--by", "desk", "--source", "tests") == 0
    assert not capsys.readouterr().out


@pytest.mark.parametrize("name", ["list.jsonl", "list.json"])
def test_other_forms(tmp_path, name):
    row = json.dumps({"indicator": A, "type": "HASH_SHA256"})
    text = f"{row}\n" if name.endswith("l") else f'{{"data": [{row}]}}'
    assert take_in(written(tmp_path, text, name), "--by", "desk", "--source", "tests") == 0
    assert [sha256.hex() for _, sha256, _ in rows_for_section(root())] == [A]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--by", "somebody", "--source", "s"], "no authority"),
        (["--by", "desk"], "--by and --source"),
        (["--source", "s"], "--by and --source"),
    ],
)
def test_who_is_no_authority_is_refused(tmp_path, capsys, words, said):
    assert take_in(written(tmp_path, f"sha256\n{A}\n"), *words) == 2
    assert said in capsys.readouterr().err
    assert rows_for_section(root()) == ()


@pytest.mark.parametrize("text", ["name\nx\n", ""])
def test_what_is_no_list_is_refused(tmp_path, capsys, text):
    code = take_in(written(tmp_path, text), "--by", "desk", "--source", "s")
    assert code == (2 if text else 0)
    assert ("list.csv" in capsys.readouterr().err) is True


def test_a_file_that_is_not_there(tmp_path, capsys):
    assert take_in(str(tmp_path / "nothing"), "--by", "desk", "--source", "s") == 2
    assert "there is no file" in capsys.readouterr().err


def test_statements_that_an_authority_signed_elsewhere(tmp_path, capsys):
    desk = load_signer("desk")
    stranger = Party(name="stranger")
    made = [_signed(signer) for signer in (desk, stranger)]
    file = tmp_path / "carried.jsonl"
    write_statements(file, made)
    assert take_in(str(file)) == 2
    out, err = capsys.readouterr()
    assert "list 2: refused" in err
    assert out.startswith("k-")
    assert len(rows_for_section(root())) == 1


def _signed(signer):
    made = Listed(id="", by=signer.key, source="s", on=DAY, files=(bytes.fromhex(A),), pictures=())
    return sign_statement(LISTED, encode_listed(made), signer)


def test_a_registry_without_lists_has_no_rows():
    other = Root(registry=Party(name="other").key, name="", vouchers=frozenset())
    assert rows_for_section(other) == ()
