import importlib.util

import pytest

from sekisho.errors import MissingExtraError
from sekisho.server import extra


def test_the_packages_are_here():
    extra.require_extra()


def test_a_missing_package_is_named_with_the_command(monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(extra, "find_spec", lambda name: None if name == "uvicorn" else found(name))
    with pytest.raises(MissingExtraError, match=r"\[serve\] \(uvicorn\)") as caught:
        extra.require_extra()
    assert caught.value.hint == "pip install 'sekisho[serve]'"
