import json
from datetime import timedelta

import pytest

from sekisho.cli.app import main
from sekisho.registry.prints import encode_prints
from sekisho.registry.submit import submit
from sekisho.store.clock import today
from sekisho.store.database import open_registry
from sekisho.store.home import default_registry
from sekisho.store.keys import load_signer, make_key
from tests.parties import DAY, Party, a_print, dispute, registration, vouch
from tests.pictures import encode, picture
from tests.world import drawn, print_of

AOZORA, MALLORY = Party(name="aozora"), Party(name="mallory")


def take(*envelopes):
    verdicts = submit(envelopes, open_registry(str(default_registry())).batch, today=DAY)
    assert all(v.kept for v in verdicts), verdicts
    return [v.id for v in verdicts]


@pytest.fixture(autouse=True)
def _registry(capsys):
    main(["registry", "init"])
    make_key("stranger")
    capsys.readouterr()


def facts(capsys, *argv):
    assert main(["registry", "doctor", "--format", "json", *argv]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_registry_without_trouble_says_so(capsys):
    take(registration(AOZORA, 1))
    assert main(["registry", "doctor"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("1 entries, 1 compared on that day\n0 entries near")
    assert "--background" in err


def test_rivals_disputes_and_ends_are_shown_in_both_forms(capsys):
    one, two = take(registration(AOZORA, 1), registration(MALLORY, 1))
    take(dispute(MALLORY, one), registration(AOZORA, 2, protected_until=DAY))
    take(vouch(load_signer("registry"), MALLORY))
    found = facts(capsys, "--on", str(DAY + timedelta(days=1)))
    assert found["conflicts"] == [
        {"entry": two, "trust": "verified", "other": one, "other_trust": "declared", "distance": 0}
    ]
    assert found["doubted"] == [{"entry": one, "state": "disputed", "trust": "declared"}]
    assert len(found["lapsed"]) == 1
    assert found["background"] is None
    main(["registry", "doctor"])
    out = capsys.readouterr().out
    assert "1 entries near an earlier one of another holder" in out
    assert f"  entry {two}  trust verified  other {one}" in out


def test_false_alarms_are_measured_on_pictures_and_on_prints(capsys, tmp_path):
    (tmp_path / "background").mkdir()
    for number in range(4):
        (tmp_path / "background" / f"{number}.png").write_bytes(drawn(number))
    (tmp_path / "background" / "notes.txt").write_text("no picture")
    too_near = print_of(drawn(2))
    (entry, *_) = take(registration(AOZORA, prints=(a_print(1), too_near)), registration(MALLORY, 3))
    argv = ["--background", str(tmp_path / "background")]
    assert facts(capsys, *argv)["background"] == {"items": 3, "registered_left_out": 1}
    (tmp_path / "background" / "2.png").write_bytes(drawn(2) + b"\0")
    found = facts(capsys, *argv)
    assert found["background"] == {"items": 4, "registered_left_out": 0}
    assert found["over_matching"] == [{"entry": entry, "hits": 1, "items": 4, "rate": 0.25}]
    prints = tmp_path / "prints.jsonl"
    prints.write_bytes(
        encode_prints([print_of(drawn(n) + b"\0") for n in range(2, 6)], load_signer("stranger"))
    )
    assert facts(capsys, "--background", str(prints))["over_matching"] == found["over_matching"]


def test_what_can_not_be_read_is_named_and_not_counted(capsys, tmp_path):
    take(registration(AOZORA, 1))
    (tmp_path / "broken.png").write_bytes(drawn(1)[:40])
    assert main(["registry", "doctor", "--background", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert "broken.png: not read, and not counted" in err
    assert "(0 items)" in out
    assert main(["registry", "doctor", "--background", str(tmp_path / "nowhere")]) == 2


def test_a_long_list_is_cut_in_the_table_only(capsys):
    take(*(registration(AOZORA, n) for n in range(25)), *(registration(MALLORY, n) for n in range(25)))
    assert len(facts(capsys)["conflicts"]) == 25
    main(["registry", "doctor", "--on", str(today())])
    out = capsys.readouterr().out
    assert out.count("  entry e-") == 20
    assert "and 5 more" in out


def test_with_an_edition_parts_are_looked_for_too(tmp_path, capsys):
    whole = picture(1, 400, 400)
    for name, part in (("aozora", whole), ("kumo", whole[60:340, 60:340])):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "a.png").write_bytes(encode(part, "PNG"))
        file = str(tmp_path / f"{name}.jsonl")
        assert main(["fingerprint", str(folder), "-o", file, "--holder", name, "--local"]) == 0
        assert main(["register", file, "--holder", name, "--kind", "work"]) == 0
    edition = str(tmp_path / "ed")
    assert main(["snapshot", "publish", "-o", edition]) == 0
    background = tmp_path / "background"
    background.mkdir()
    (background / "shows.png").write_bytes(encode(whole[:320, :320], "PNG"))
    (background / "other.png").write_bytes(encode(picture(5, 300, 300), "PNG"))
    capsys.readouterr()
    words = ["registry", "doctor", "--snapshot", edition, "--background", str(background), "--format", "json"]
    assert main(words) == 0
    facts = json.loads(capsys.readouterr().out)
    (pair,) = facts["meetings"]
    assert pair["inliers"] >= 12
    assert pair["holder"] != pair["other_holder"]
    assert [(f["hits"], f["items"]) for f in facts["over_matching_parts"]] == [(1, 2), (1, 2)]
    assert main([*words, "--since", "2999-01-01"]) == 0
    assert json.loads(capsys.readouterr().out)["meetings"] == []
