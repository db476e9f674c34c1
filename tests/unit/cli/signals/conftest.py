from datetime import timedelta

import pytest

from sekisho.cli.app import main
from sekisho.detect.signals.kept import Why
from sekisho.detect.signals.sites import Reached
from sekisho.store.signals import SignalWriter
from tests.sites import DAY, copied


@pytest.fixture
def snapshot(tmp_path):
    """A snapshot in which one site refuses since its second copy, and another could not be reached."""
    path = tmp_path / "signals"
    for copies in (
        [
            copied("https://a.example/robots.txt", b"# nothing\n"),
            copied("https://a.example/ai.txt", reached=Reached.ABSENT, why=Why.STATUS, status=404),
            copied("https://b.example/robots.txt", reached=Reached.UNREACHABLE, why=Why.TLS, status=0),
        ],
        [
            copied(
                "https://a.example/robots.txt",
                b"User-agent: GPTBot\nDisallow: /\n",
                at=DAY + timedelta(days=9),
            )
        ],
    ):
        writer = SignalWriter(path)
        for kept in copies:
            writer.append(kept)
        writer.seal()
    return path


@pytest.fixture
def said(capsys):
    def run(*argv, code=0):
        assert main(["signals", *map(str, argv)]) == code
        return capsys.readouterr()

    return run
