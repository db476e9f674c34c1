from sekisho.cli.say import complain, note, say


def test_only_results_go_to_stdout(capsys):
    say("e-1")
    note("made a new key")
    out, err = capsys.readouterr()
    assert (out, err) == ("e-1\n", "made a new key\n")


def test_a_complaint_is_a_line_and_a_hint_is_another(capsys):
    complain("there is no run", "sekisho audit")
    out, err = capsys.readouterr()
    assert (out, err) == ("", "error: there is no run\nhint: sekisho audit\n")


def test_what_others_wrote_does_not_reach_the_terminal_as_commands(capsys):
    complain("no item a\x1b[2J\u202eb.png \u3000\nsecond line")
    assert capsys.readouterr().err == "error: no item a<U+001B>[2J<U+202E>b.png \u3000\nsecond line\n"


def test_without_a_hint_no_line_promises_one(capsys):
    complain("interrupted")
    assert capsys.readouterr().err == "error: interrupted\n"
