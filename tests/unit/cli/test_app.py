import io
import os
import sys

import pytest

from sekisho import __version__
from sekisho.cli import app
from sekisho.cli.app import COMMANDS, build_app, main
from sekisho.cli.options import Options
from sekisho.errors import EvidenceError, IncompleteError, RefusedError


@pytest.fixture
def raising(monkeypatch):
    """Run a command that ends as a test wants it to."""

    def set_up(outcome: BaseException | int | None) -> None:
        def command() -> int | None:
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        def build(options: Options, chosen: str = ""):
            built = build_app(options, chosen)
            built.command(command, name="end")
            return built

        monkeypatch.setattr(app, "build_app", build)

    return set_up


def test_help_names_every_command(capsys):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in COMMANDS)
    assert "--debug" in out


def test_no_arguments_show_the_help(capsys):
    assert main([]) == 0
    assert "Usage: sekisho" in capsys.readouterr().out


def test_the_version_is_shown(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == __version__


@pytest.mark.parametrize(
    "command", ["key", "fingerprint", "register", "registry", "grant", "withdraw", "dispute", "snapshot"]
)
def test_every_command_shows_an_example(command, capsys):
    assert main([command, "--help"]) == 0
    assert f"Example: sekisho {command}" in capsys.readouterr().out


ENDED = "another process or a server has ended the connection"


@pytest.mark.parametrize(
    ("outcome", "code", "words"),
    [
        (None, 0, ""),
        (3, 3, ""),
        (RefusedError("no", hint="do this"), 2, "error: no\nhint: do this\n"),
        (IncompleteError("half"), 3, "error: half\n"),
        (EvidenceError("false"), 4, "error: false\n"),
        (KeyboardInterrupt(), 130, "error: interrupted\n"),
        (PermissionError(13, "Permission denied", "/x"), 2, "error: /x: Permission denied\n"),
        (BrokenPipeError(), 2, f"error: {ENDED}\nhint: try again; --debug shows where\n"),
    ],
)
def test_the_end_of_a_command_is_its_exit_code(raising, capfd, outcome, code, words):
    raising(outcome)
    assert main(["end"]) == code
    assert capfd.readouterr().err == words


def test_an_end_behind_a_reader_that_left_is_quiet(raising, capsys, monkeypatch):
    raising(BrokenPipeError())
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(["end"]) == 2
        stream.write("the interpreter's last words")
        stream.flush()
    assert capsys.readouterr().err == ""


def test_without_any_output_an_end_is_an_end_too(raising, capsys, monkeypatch):
    raising(BrokenPipeError())
    closed = io.StringIO()
    closed.close()
    for stream in (None, closed, io.StringIO()):
        monkeypatch.setattr(app, "_write_utf8", lambda: None)
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(["end"]) == 2
        assert ENDED in capsys.readouterr().err


def test_a_fault_is_no_traceback(raising, capsys):
    raising(ZeroDivisionError("division by zero"))
    assert main(["end"]) == 2
    err = capsys.readouterr().err
    assert "ZeroDivisionError: division by zero" in err
    assert "--debug" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("error", [ZeroDivisionError(), RefusedError("no"), PermissionError(13, "no", "/x")])
def test_debug_shows_where_it_happened(raising, error):
    raising(error)
    with pytest.raises(type(error)):
        main(["end", "--debug"])


@pytest.mark.parametrize(("typed", "meant"), [("grnat", "grant"), ("audits", "audit"), ("xyzzy", "--help")])
def test_a_command_that_is_not_there_has_a_hint(typed, meant, capsys):
    assert main([typed]) == 2
    assert capsys.readouterr().err == f"error: there is no command {typed!r}\nhint: sekisho {meant}\n"


@pytest.mark.parametrize("argv", [["key", "nonsense"], ["key", "new"], ["key", "list", "--no"]])
def test_wrong_usage_has_a_hint(argv, capsys):
    assert main(argv) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert "hint: sekisho" in err
    assert "--help" in err


def test_what_is_printed_is_utf8_whatever_the_locale_says(monkeypatch):
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["--version"]) == 0
    out.write("版 \udcff\n")
    out.flush()
    assert out.buffer.getvalue().decode().endswith("版 \\udcff\n")


def test_compiled_kernels_go_to_the_cache(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert main(["--version"]) == 0
    assert app.os.environ["NUMBA_CACHE_DIR"].startswith(str(tmp_path / "sekisho" / "numba"))
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("argv", "command"),
    [
        (["registry"], "Confirm that a registrant"),
        (["registry"], "Examine a registry"),
        (["grant"], "revoke  End"),
        (["key"], "Let another key act"),
        (["dispute"], "Settle a dispute"),
    ],
)
def test_every_subcommand_has_a_line(argv, command, capsys):
    assert main([*argv, "--help"]) == 0
    assert command in capsys.readouterr().out


def test_only_defaults_that_say_something_are_shown(capsys):
    main(["snapshot", "publish", "--help"])
    out = capsys.readouterr().out
    assert out.count("[default:") == 1
    assert "[default: 30]" in out
