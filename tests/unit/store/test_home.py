from pathlib import Path

from sekisho.store.home import cache_dir, default_registry, home_dir, keys_dir, log_dir, seen_file


def test_sekisho_home_wins(monkeypatch):
    monkeypatch.setenv("SEKISHO_HOME", "/a/b")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert home_dir() == Path("/a/b")
    assert keys_dir() == Path("/a/b/keys")
    assert default_registry() == Path("/a/b/registry.sqlite")
    assert log_dir() == Path("/a/b/log")
    assert seen_file() == Path("/a/b/seen.json")


def test_xdg_places_are_the_default(monkeypatch):
    monkeypatch.delenv("SEKISHO_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setenv("XDG_CACHE_HOME", "/cache")
    assert home_dir() == Path("/data/sekisho")
    assert cache_dir() == Path("/cache/sekisho")


def test_relative_xdg_places_are_ignored(monkeypatch):
    monkeypatch.delenv("SEKISHO_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", "data")
    monkeypatch.setenv("HOME", "/home/mio")
    assert home_dir() == Path("/home/mio/.local/share/sekisho")
