import pytest

from sekisho.errors import ExistsError, InputError, NotFoundError
from sekisho.store.statements_file import read_statements, write_statements


def test_what_is_written_is_read(tmp_path):
    write_statements(tmp_path / "a.jsonl", [b"one", b"two"])
    assert read_statements(tmp_path / "a.jsonl") == (b"one", b"two")


def test_a_last_line_without_newline_is_read(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b"one\ntwo")
    assert read_statements(tmp_path / "a.jsonl") == (b"one", b"two")


def test_an_empty_line_is_named(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b"one\n\ntwo\n")
    with pytest.raises(InputError, match="line 2"):
        read_statements(tmp_path / "a.jsonl")


def test_a_file_is_neither_invented_nor_replaced(tmp_path):
    with pytest.raises(NotFoundError):
        read_statements(tmp_path / "a.jsonl")
    write_statements(tmp_path / "a.jsonl", [b"one"])
    with pytest.raises(ExistsError):
        write_statements(tmp_path / "a.jsonl", [b"two"])
