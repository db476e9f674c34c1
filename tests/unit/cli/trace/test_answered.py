from sekisho.cli.app import main
from sekisho.cli.trace.standing import own_answers
from tests.unit.store.test_answered import REGISTRY, TODAY, asks


def test_what_was_answered_is_listed_by_day_and_asker(capsys):
    assert main(["trace", "answered", "--lang", "en"]) == 0
    said = capsys.readouterr()
    assert (said.out, "was answered yet" in said.err) == ("", True)
    own_answers().take(asks(REGISTRY, 1, 2), "r", TODAY, lambda *_: None)
    for lang, words in (("en", "questions: 1, files: 2"), ("ja", "問合せ 1 件、ファイル 2 件")):
        assert main(["trace", "answered", "--lang", lang]) == 0
        line = capsys.readouterr().out
        assert line.startswith(f"{TODAY}  {REGISTRY.key}")
        assert words in line
