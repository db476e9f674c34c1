import json

import pytest

from sekisho.cli.app import main
from tests.traced import animation, mirrored, recompressed, told
from tests.world import drawn


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    return told(tmp_path_factory.mktemp("traced"))


@pytest.fixture
def ask(story, tmp_path, capsys):
    """Trace bytes under a name; return what was printed, the errors, and the exit code."""

    def trace(data, *more, name="found.png", lang="en", run=True):
        file = tmp_path / name
        file.write_bytes(data)
        capsys.readouterr()
        records = ["--run", str(story.run)] if run else []
        code = main(["trace", str(file), *records, "--lang", lang, *more])
        said = capsys.readouterr()
        return said.out, said.err, code

    return trace


def lines_of(out):
    return {(line["item"], line["means"], line.get("orientation")) for line in json.loads(out)["lines"]}


def test_a_found_picture_is_found_with_its_copies(ask):
    out, _, code = ask(drawn(2, 320), "--format", "json")
    assert code == 0
    assert lines_of(out) == {
        ("two.png", "same_file", None),
        ("two-again.png", "same_file", None),
        ("two-small.jpg", "near_copy", "upright"),
        ("two-mirrored.png", "near_copy", "mirrored"),
    }
    assert json.loads(out)["verdict"] is None


def test_lines_say_what_was_decided_then_and_that_they_are_no_verdict(ask):
    out, _, _ = ask(drawn(2, 320))
    for part in ("the same file", "two.png", "a near copy", "training, JP", "no verdict", "2026-11-22"):
        assert part in out
    assert "結論ではありません" in ask(drawn(2, 320), lang="ja")[0]


@pytest.mark.parametrize("data", [mirrored(3), recompressed(3), animation(9, 3)])
def test_a_frame_of_an_animation_is_met(ask, data):
    assert "moving.gif" in ask(data)[0]


def test_the_licence_of_a_registered_work_is_told(ask, story):
    out, _, _ = ask(drawn(1, 320))
    for part in (story.entry, story.grant, "licence on record"):
        assert part in out


def test_a_file_that_is_known_to_show_a_work_is_met_by_the_work(ask, story):
    out, _, _ = ask(drawn(77), "--format", "json", "--entry", story.entry)
    assert lines_of(out) == {("licensed.png", "shows_same_work", None)}


def test_with_an_edition_it_is_looked_which_works_a_file_shows(ask, story, tmp_path):
    edition = tmp_path / "edition.snapshot"
    edition.write_bytes(story.world.publish())
    options = ["--snapshot", str(edition), "--trusted-keys", story.world.registry.key, "--allow-stale"]
    out, _, code = ask(recompressed(1), *options, "--format", "json")
    assert code == 0
    assert ("licensed.png", "near_copy", "upright") in lines_of(out)


def test_a_text_is_found_by_its_bytes_and_it_is_said_that_passages_are_not_kept(ask):
    words = "むかしむかし、あるところに、紙の灯台がありました。"
    out, _, _ = ask(words.encode(), name="words.txt")
    assert "words.txt" in out
    assert "exact bytes" in out
    assert "Nothing in these records" in ask(words[:-1].encode(), name="words.txt")[0]


def test_what_can_not_be_decoded_is_looked_for_by_its_bytes(ask):
    broken = drawn(4, 320)[:400]
    out, _, code = ask(broken)
    assert code == 0
    assert "could not be decoded" in out
    assert "broken.png" in out
    assert "Nothing" in ask(b"")[0]


def test_what_nobody_has_recorded_gives_no_line(ask):
    out, _, code = ask(drawn(55))
    assert code == 0
    assert "Nothing in these records meets it" in out


def test_more_lines_than_were_asked_for_are_counted(ask):
    out, _, _ = ask(drawn(2, 320), "--limit", "1")
    assert "and 3 more" in out


def test_files_and_records_have_to_be_named(ask, story, tmp_path, capsys):
    assert main(["trace", str(story.run)]) == 2
    assert "is a folder" in capsys.readouterr().err
    assert main(["trace", str(tmp_path / "none.png"), "--run", str(story.run)]) == 2
    assert "there is no file" in capsys.readouterr().err
    assert main(["trace", "--run", str(story.run)]) == 2
    assert "no file was given" in capsys.readouterr().err
    _, err, code = ask(drawn(1), run=False)
    assert code == 2
    assert "no records were named" in err
    assert main(["trace", str(tmp_path / "found.png"), "--run", str(tmp_path)]) == 2


def test_the_index_is_no_part_of_the_evidence(ask, story, capsys):
    ask(drawn(1))
    assert main(["verify", str(story.run), "--lang", "en"]) == 0
    assert "index" not in capsys.readouterr().out
