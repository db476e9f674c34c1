"""Unit tests open no socket and do not wait."""

import time

import pytest

FORBIDDEN = ("socket.__new__", "socket.connect", "socket.bind", "socket.getaddrinfo")


def _no_sleep(_seconds):
    raise AssertionError("a unit test may not sleep")


@pytest.fixture(autouse=True)
def _no_socket_no_sleep(refuse, monkeypatch):
    monkeypatch.setattr(time, "sleep", _no_sleep)
    with refuse(*FORBIDDEN):
        yield
