import pytest

from sekisho.store.shredding import shredding_database

TABLES = "CREATE TABLE IF NOT EXISTS word (text TEXT NOT NULL);"


def test_the_file_and_its_folder_are_the_owners_alone(tmp_path):
    file = tmp_path / "a" / "b" / "words.sqlite"
    for _ in range(2):
        with shredding_database(file, TABLES):
            pass
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_what_was_deleted_is_not_in_the_folder_any_more(tmp_path):
    file, secret = tmp_path / "words.sqlite", "a word that is to go"
    with shredding_database(file, TABLES) as connection:
        connection.execute("INSERT INTO word VALUES (?)", (secret,))
    assert secret.encode() in file.read_bytes()
    with shredding_database(file) as connection:
        connection.execute("DELETE FROM word")
    assert [p.name for p in tmp_path.iterdir() if secret.encode() in p.read_bytes()] == []


def half_of(file):
    with shredding_database(file, TABLES) as connection:
        connection.execute("INSERT INTO word VALUES ('a')")
        raise ValueError("stop")


def test_half_a_change_is_none(tmp_path):
    file = tmp_path / "words.sqlite"
    with pytest.raises(ValueError, match="stop"):
        half_of(file)
    with shredding_database(file) as connection:
        assert connection.execute("SELECT count(*) FROM word").fetchone() == (0,)
