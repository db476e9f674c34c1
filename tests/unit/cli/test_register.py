import base64
import hashlib
import json
from dataclasses import replace

import pytest

from sekisho.cli.app import main
from sekisho.codec import DECLARATION, canonical
from sekisho.locale import text
from sekisho.model import Name, Print
from sekisho.registry.examined import examine
from sekisho.registry.prints import encode_prints
from sekisho.signing import PASSAGES, REGISTRATION, TRAITS, VOUCH
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import load_signer, make_key
from sekisho.store.statements_file import read_statements
from tests.parties import a_print, film_of, passages_of, traits_of, traits_print


@pytest.fixture
def prints(tmp_path):
    """Make a default registry, two holders, and three prints of one of them."""
    main(["registry", "init"])
    make_key("mallory")
    holder = make_key("aozora")
    file = tmp_path / "prints.jsonl"
    file.write_bytes(encode_prints([a_print(n, f"{n}.png") for n in range(3)], holder))
    return file


def kept(type_: str) -> tuple[bytes, ...]:
    return open_registry(str(default_registry())).statements(type_)


def test_each_file_becomes_an_entry(prints, capsys):
    capsys.readouterr()
    assert main(["register", str(prints), "--holder", "aozora", "--kind", "work", "--title", "Mio"]) == 0
    ids = {line.split()[0] for line in capsys.readouterr().out.splitlines()}
    assert ids == {examine(e).id for e in kept(REGISTRATION)}
    assert len(ids) == 3
    assert kept(VOUCH) == ()


def test_as_one_makes_one_entry_of_all(prints, capsys):
    capsys.readouterr()
    assert main(["register", str(prints), "--holder", "aozora", "--kind", "character", "--as-one"]) == 0
    assert "character  3 fingerprints" in capsys.readouterr().out
    assert len(kept(REGISTRATION)) == 1


def test_registering_again_changes_nothing(prints, capsys):
    argv = ["register", str(prints), "--holder", "aozora", "--kind", "work"]
    main(argv)
    before = kept(REGISTRATION)
    capsys.readouterr()
    assert main(argv) == 0
    assert "3 of 3 are registered already" in capsys.readouterr().err
    assert kept(REGISTRATION) == before


def test_a_title_can_not_move_the_cursor_or_fake_a_line(prints, capsys):
    capsys.readouterr()
    hostile = "a\x1b[2J\u202e\ne-0000"
    words = ["register", str(prints), "--holder", "aozora", "--kind", "work", "--title", hostile]
    assert main(words) == 0
    assert main(["registry", "show", "--entries"]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert not any(line.startswith("e-0000") for line in said.splitlines())
    assert said.count("a<U+001B>[2J<U+202E><U+000A>e-0000\n") == len(said.splitlines())


def test_file_names_are_not_registered(prints):
    main(["register", str(prints), "--holder", "aozora", "--kind", "work"])
    for envelope in kept(REGISTRATION):
        assert b".png" not in base64.b64decode(json.loads(envelope)["payload"])


def test_prints_of_another_holder_are_refused(prints, capsys):
    assert main(["register", str(prints), "--holder", "mallory", "--kind", "work"]) == 2
    assert "was signed by" in capsys.readouterr().err
    assert kept(REGISTRATION) == ()


def test_prints_that_were_changed_or_cut_are_refused(prints, capsys):
    data = prints.read_bytes()
    for wrong in (data.replace(b'"1.png"', b'"2.png"'), b"\n".join([*data.split(b"\n")[:-2], b""])):
        assert wrong != data
        prints.write_bytes(wrong)
        assert main(["register", str(prints), "--holder", "aozora", "--kind", "work"]) == 2
    assert "not signed" in capsys.readouterr().err
    assert kept(REGISTRATION) == ()


@pytest.mark.parametrize(("kind", "reason"), [("listed", "authority")])
def test_listed_files_are_refused_with_the_reason(prints, kind, reason, capsys):
    assert main(["register", str(prints), "--holder", "aozora", "--kind", kind]) == 2
    err = capsys.readouterr().err
    assert f"--kind {kind} is refused" in err
    assert reason in err
    assert kept(REGISTRATION) == ()


def test_verified_needs_a_voucher_who_is_another(prints, capsys):
    argv = ["register", str(prints), "--holder", "aozora", "--kind", "work", "--trust", "verified"]
    assert main([*argv, "--voucher", "aozora"]) == 2
    assert "vouch for itself" in capsys.readouterr().err
    assert kept(REGISTRATION) == ()
    assert main([*argv, "--voucher", "mallory"]) == 2
    assert "no voucher of this registry" in capsys.readouterr().err
    assert kept(VOUCH) == ()
    assert main(argv) == 0
    (vouch,) = kept(VOUCH)
    assert examine(vouch).signer == load_signer("registry").key
    assert set(examine(vouch).noun.entries) == {examine(e).id for e in kept(REGISTRATION)}


def test_the_registry_can_not_verify_its_own_works(tmp_path, capsys):
    main(["registry", "init"])
    file = tmp_path / "own.jsonl"
    file.write_bytes(encode_prints([a_print(1)], load_signer("registry")))
    argv = ["register", str(file), "--holder", "registry", "--kind", "work", "--trust", "verified"]
    assert main(argv) == 2
    assert "no key on this machine may vouch" in capsys.readouterr().err
    assert kept(REGISTRATION) == ()


def test_statements_can_be_carried_by_file(prints, tmp_path, capsys):
    carried = tmp_path / "carried.jsonl"
    argv = ["register", str(prints), "--holder", "aozora", "--kind", "work", "-o", str(carried)]
    assert main(argv) == 0
    assert kept(REGISTRATION) == ()
    assert len(read_statements(carried)) == 3
    assert main(argv) == 2
    assert main(["registry", "import", str(carried)]) == 0
    assert "3 kept, 0 refused" in capsys.readouterr().err
    assert set(kept(REGISTRATION)) == set(read_statements(carried))


def test_a_file_that_is_not_there_has_a_hint(capsys):
    make_key("aozora")
    assert main(["register", "nowhere.jsonl", "--holder", "aozora", "--kind", "work"]) == 2
    assert "hint: sekisho fingerprint" in capsys.readouterr().err


def test_an_unsigned_statement_is_not_imported(prints, tmp_path, capsys):
    carried = tmp_path / "carried.jsonl"
    main(["register", str(prints), "--holder", "aozora", "--kind", "work", "-o", str(carried)])
    good, bad, forged = map(json.loads, read_statements(carried))
    bad["signatures"] = []
    forged["signatures"][0]["keyid"] = load_signer("mallory").key
    carried.write_bytes(b"\n".join(canonical(d) for d in (bad, good, forged)) + b"\n")
    assert main(["registry", "import", str(carried)]) == 2
    err = capsys.readouterr().err
    assert f"{carried}:1: refused" in err
    assert f"{carried}:3: refused: the signature by" in err
    assert "1 kept, 2 refused" in err
    assert kept(REGISTRATION) == (canonical(good),)


ARGV = ["--holder", "aozora", "--kind", "work"]


def test_the_declaration_of_good_faith_is_shown_in_both_languages_and_signed(prints, capsys):
    assert main(["register", str(prints), *ARGV]) == 0
    err = capsys.readouterr().err
    assert text("register.good_faith", "ja") in err
    assert text("register.good_faith", "en") in err
    assert {examine(e).noun.declaration for e in kept(REGISTRATION)} == {DECLARATION}
    main(["register", str(prints), *ARGV])
    assert text("register.good_faith", "ja") not in capsys.readouterr().err


def test_a_last_day_of_protection_is_registered(prints, capsys):
    assert main(["register", str(prints), *ARGV, "--protected-until", "2090-12-31"]) == 0
    assert {str(examine(e).noun.protected_until) for e in kept(REGISTRATION)} == {"2090-12-31"}
    assert main(["register", str(prints), *ARGV, "--protected-until", "2020-12-31"]) == 2
    assert "protection ended on 2020-12-31" in capsys.readouterr().err


def test_who_holds_too_many_is_told_to_ask_a_voucher(prints, capsys, tmp_path, monkeypatch):
    assert main(["register", str(prints), *ARGV, "--declared-quota", "2"]) == 2
    err = capsys.readouterr().err
    assert err.count("error: refused") == 1
    assert "ask a voucher" in err
    assert len(kept(REGISTRATION)) == 2
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sekisho.toml").write_text("declared_quota = 2")
    assert main(["register", str(prints), *ARGV]) == 2
    main(["registry", "vouch", "--registrant", "aozora", "--by", "registry"])
    assert main(["register", str(prints), *ARGV]) == 0
    assert len(kept(REGISTRATION)) == 3


def test_an_entry_near_anothers_is_kept_with_a_warning(prints, capsys, tmp_path):
    main(["register", str(prints), *ARGV])
    older = {examine(e).id for e in kept(REGISTRATION)}
    file = tmp_path / "copies.jsonl"
    file.write_bytes(encode_prints([a_print(1, "copy.png")], load_signer("mallory")))
    capsys.readouterr()
    assert main(["register", str(file), "--holder", "mallory", "--kind", "work"]) == 0
    (line,) = [x for x in capsys.readouterr().err.splitlines() if x.startswith("warning:")]
    words = line.split()
    assert words[words.index("entry") + 1] in older
    assert f"of {load_signer('aozora').key} (distance 0)" in line
    assert len(kept(REGISTRATION)) == 4


def test_an_agent_registers_for_its_principal_while_its_mandate_holds(prints, tmp_path, capsys):
    make_key("agency")
    file = tmp_path / "agency.jsonl"
    file.write_bytes(encode_prints([a_print(7)], load_signer("agency")))
    argv = ["--holder", "agency", "--on-behalf-of", "aozora", "--kind", "work"]
    assert main(["register", str(file), *argv]) == 2
    assert "no mandate to register" in capsys.readouterr().err
    days = ["--from", "2020-01-01", "--until", "2090-01-01"]
    main(["key", "delegate", "agency", "--holder", "aozora", "--may", "register", *days])
    assert main(["register", str(file), *argv]) == 0
    assert main(["register", str(prints), *argv]) == 0
    found = [examine(e) for e in kept(REGISTRATION)]
    assert {s.owner for s in found} == {load_signer("aozora").key}
    assert {s.signer for s in found} == {load_signer("agency").key}
    assert len(found) == 4


def test_what_was_withdrawn_can_be_registered_again_but_not_on_the_same_day(prints, capsys):
    main(["register", str(prints), *ARGV, "--as-one"])
    (entry,) = [examine(e).id for e in kept(REGISTRATION)]
    main(["withdraw", entry, "--holder", "aozora"])
    assert main(["register", str(prints), *ARGV, "--as-one"]) == 2
    assert "withdrawn today" in capsys.readouterr().err
    assert main(["register", str(prints), *ARGV, "--as-one", "--title", "again"]) == 0
    assert len(kept(REGISTRATION)) == 2


def novel(seed, name):
    sha256 = hashlib.sha256(b"text %d" % seed).digest()
    return Print(sha256=sha256, passages=passages_of(seed), decode_profile="passages-1", name=name)


@pytest.fixture
def novels(prints):
    prints.write_bytes(encode_prints([novel(1, "1.txt"), novel(2, "2.txt")], load_signer("aozora")))
    return prints


def test_a_text_is_registered_with_its_passages(novels, capsys):
    capsys.readouterr()
    argv = ["register", str(novels), "--holder", "aozora", "--kind", "work", "--title", "Mio"]
    assert main(argv) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    entries = [examine(e) for e in kept(REGISTRATION)]
    assert {t for e in entries for t in e.texts} == {examine(p).id for p in kept(PASSAGES)}
    before = kept(PASSAGES)
    assert main(argv) == 0
    assert "2 of 2 are registered already" in capsys.readouterr().err
    assert kept(PASSAGES) == before


def test_as_one_the_volumes_of_a_series_are_one_entry(novels):
    assert main(["register", str(novels), "--holder", "aozora", "--kind", "work", "--as-one"]) == 0
    (entry,) = map(examine, kept(REGISTRATION))
    assert len(entry.texts) == len(kept(PASSAGES)) == 2


def test_texts_are_carried_with_their_passages(novels, tmp_path, capsys):
    file = tmp_path / "s.jsonl"
    argv = ["register", str(novels), "--holder", "aozora", "--kind", "work"]
    assert main([*argv, "-o", str(file)]) == 0
    assert kept(REGISTRATION) == ()
    assert len(read_statements(file)) == 4
    assert main(["registry", "import", str(file)]) == 0
    assert len(kept(PASSAGES)) == 2
    assert "4 kept" in capsys.readouterr().err


def test_a_text_like_anothers_is_registered_with_a_warning(novels, tmp_path, capsys):
    main(["register", str(novels), "--holder", "aozora", "--kind", "work"])
    copy = novel(9, "mine.txt")
    copied = replace(copy, passages=passages_of(9, 400, shared=300, other=1))
    (tmp_path / "copy.jsonl").write_bytes(encode_prints([copied], load_signer("mallory")))
    capsys.readouterr()
    assert main(["register", str(tmp_path / "copy.jsonl"), "--holder", "mallory", "--kind", "work"]) == 0
    assert "% of the shorter text)" in capsys.readouterr().err


def test_names_stand_in_the_registration(prints):
    argv = ["register", str(prints), "--holder", "aozora", "--kind", "character", "--as-one"]
    argv += ["--name", "灰原 鉄子 = はいばら てつこ", "--name", "Tetsuko Haibara", "--qualifier", "鉄の海"]
    assert main(argv) == 0
    (entry,) = map(examine, kept(REGISTRATION))
    assert entry.noun.names == (
        Name(text="灰原 鉄子", reading="はいばら てつこ", qualifier=("鉄の海",)),
        Name(text="Tetsuko Haibara", qualifier=("鉄の海",)),
    )


def test_a_name_that_is_a_common_word_is_refused(prints, capsys):
    argv = ["register", str(prints), "--holder", "aozora", "--kind", "character", "--name", "光=ひかり"]
    assert main(argv) == 2
    assert "common word" in capsys.readouterr().err
    assert kept(REGISTRATION) == ()
    assert main([*argv, "--qualifier", "鉄の海"]) == 0


@pytest.mark.parametrize("name", ["", " ", "=よみ", "よみ=", "x" * 101])
def test_a_name_that_is_none_is_refused(prints, name, capsys):
    argv = ["register", str(prints), "--holder", "aozora", "--kind", "work", "--name", name]
    assert main(argv) == 2
    assert "hint:" in capsys.readouterr().err
    assert kept(REGISTRATION) == ()


def test_what_an_entry_is_found_by_is_said(prints, tmp_path, capsys):
    file = tmp_path / "drawn.jsonl"
    drawn = [traits_print(31, traits_of(1)), traits_print(32, film_of(1), film=True)]
    file.write_bytes(encode_prints(drawn, load_signer("aozora")))
    capsys.readouterr()
    assert main(["register", str(file), "--holder", "aozora", "--kind", "work", "--as-one"]) == 0
    assert "2 fingerprints, 1 with local features or vectors, 1 films" in capsys.readouterr().out
    assert len(kept(TRAITS)) == 2
    assert main(["registry", "show"]) == 0
    assert "traits      2" in capsys.readouterr().out
    assert prints
