from sekisho.rules.kit import kit
from sekisho.store.clock import now

FACTS = """format = "sekisho.facts/1"
[facts.operator]
public = true
[facts.item]
intimate_claimed = true
"""


def test_a_pack_of_ones_own_stands_beside_the_others(rules):
    pack = rules.file("br.toml", kit("BR", now().date()))
    facts = rules.file("f.toml", FACTS)
    assert rules.run("explain", facts, "--jurisdiction", "BR,JP", "--pack", pack, "--lang", "en") == 0
    assert "br.takedown" in rules.said
    assert "in: BR, JP" in rules.said.replace("JP, BR", "BR, JP")


def test_a_pack_of_ones_own_takes_the_place_of_the_one_with_its_id(rules):
    text = (
        kit("BR", now().date())
        .replace('id = "br"', 'id = "jp"')
        .replace('jurisdiction = "BR"', 'jurisdiction = "JP"')
    )
    pack = rules.file("jp.toml", text)
    assert rules.run("list", "--pack", pack, "--lang", "en") == 0
    assert "br.takedown" in rules.said
    assert "jp.cpa.7" not in rules.said


def test_a_rule_that_two_packs_claim_is_refused(rules):
    pack = rules.file("br.toml", kit("BR", now().date()).replace('id = "br.takedown"', 'id = "jp.cpa.7"'))
    assert rules.run("list", "--pack", pack) == 2
    assert "both br and jp have 'jp.cpa.7'" in rules.told.replace("both jp and br", "both br and jp")


def test_places_are_read_with_spaces_and_once(rules):
    facts = rules.file("f.toml", FACTS)
    assert rules.run("diff", facts, "--jurisdiction", " JP , US,JP ") == 0
    assert [line.partition("  ")[0] for line in rules.said.splitlines()] == ["JP", "US"]


def test_a_folder_is_no_pack(rules):
    assert rules.run("list", "--pack", rules.path) == 2
    assert "there is no file" in rules.told
