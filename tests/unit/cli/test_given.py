import pytest

from sekisho.cli.given import given_bytes, given_policy, given_statement
from sekisho.errors import InputError, NotFoundError


def test_a_file_is_read_up_to_one_byte_more_than_is_allowed(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert given_bytes(tmp_path / "a") == given_bytes(tmp_path / "a", most=5) == b"12345"
    assert given_bytes(tmp_path / "a", most=3) == b"1234"


def test_what_is_no_file_is_named_with_what_to_do(tmp_path):
    for name in ("none", "."):
        with pytest.raises(NotFoundError, match="there is no file") as refused:
            given_bytes(tmp_path / name)
        assert "spelling" in refused.value.hint
    with pytest.raises(NotFoundError) as refused:
        given_bytes(tmp_path / "none", hint="sekisho case form")
    assert refused.value.hint == "sekisho case form"


def test_a_file_that_is_not_ours_to_read(tmp_path, monkeypatch):
    def forbidden(*_):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a").write_bytes(b"")
    monkeypatch.setattr("pathlib.Path.open", forbidden)
    with pytest.raises(NotFoundError, match="can not be read: Permission denied"):
        given_bytes(tmp_path / "a")


def test_a_statement_comes_without_the_end_of_its_line(tmp_path):
    (tmp_path / "a.json").write_bytes(b"{}\n")
    assert given_statement(tmp_path / "a.json") == b"{}"


def test_whom_one_believes(tmp_path):
    assert given_policy(None) is None
    (tmp_path / "policy").write_bytes(b"nobody knows this word\n")
    with pytest.raises(InputError):
        given_policy(tmp_path / "policy")
