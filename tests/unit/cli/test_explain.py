import pytest

from sekisho.cli.app import main
from sekisho.cli.explain import find_item
from sekisho.errors import NotFoundError
from tests.edition_run import make_edition_run
from tests.run_fixture import batches, row


@pytest.fixture
def made(tmp_path):
    return make_edition_run(tmp_path)


def test_it_tells_titles_and_the_terms_of_the_grant(made, capsys):
    run, _, entry, grant = made
    assert main(["explain", str(run), "near.jpg", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    for part in (
        "月夜の航海日誌",
        "青嵐書房 [confirmed]",
        entry,
        grant,
        "distance 9",
        "mirrored",
        "territory JP",
    ):
        assert part in said
    assert "Its terms: training / JP" in said
    assert "Law (it changes no outcome)" in said


def test_it_tells_volume_and_page_of_what_a_turned_item_met(made, capsys):
    assert main(["explain", str(made[0]), "near.jpg", "--lang", "en"]) == 0
    assert "In the work: volume 2, page 5" in capsys.readouterr().out
    assert main(["explain", str(made[0]), "near.jpg"]) == 0
    assert "第 2 巻 5 ページ" in capsys.readouterr().out


def test_it_speaks_japanese_first(made, capsys):
    assert main(["explain", str(made[0]), "near.jpg"]) == 0
    assert "判定: 除外" in capsys.readouterr().out


def test_without_the_edition_it_says_what_it_can(made, capsys):
    run, place, entry, _ = made
    place.write_bytes(b"another file")
    assert main(["explain", str(run), "near.jpg", "--lang", "en"]) == 0
    said = capsys.readouterr()
    assert entry in said.out
    assert "not at hand" in said.err
    assert main(["explain", str(run), "near.jpg", "--snapshot", str(place)]) == 2


def test_a_wrong_name_is_answered_with_near_ones(made, capsys):
    assert main(["explain", str(made[0]), "far.jpg"]) == 2
    assert "did you mean shard.tar#far.jpg" in capsys.readouterr().err
    assert main(["explain", str(made[0]), "naer.jpg"]) == 2
    assert "did you mean near.jpg" in capsys.readouterr().err
    assert main(["explain", str(made[0]), "%%%%%"]) == 2
    assert "named as in the report" in capsys.readouterr().err


def test_what_is_no_run_is_said_without_a_traceback(tmp_path, capsys):
    assert main(["explain", str(tmp_path), "a"]) == 2
    assert "there is no" in capsys.readouterr().err
    (tmp_path / "manifest.json").write_text('{"version": 1}')
    assert main(["explain", str(tmp_path), "a"]) == 2
    assert "wrong form" in capsys.readouterr().err


def test_an_item_is_found_in_any_batch_and_by_its_whole_name_only():
    made = [row(f"shard.tar#{n:03}.jpg") for n in range(40)]
    assert find_item(batches(made, 7), "shard.tar#039.jpg")["item"] == "shard.tar#039.jpg"
    with pytest.raises(NotFoundError) as error:
        find_item(batches(made, 7), "039")
    assert error.value.hint == "did you mean shard.tar#039.jpg"
