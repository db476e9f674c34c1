from sekisho.cli.removal.desk import marker_of, take_out_again
from sekisho.cli.submission import registry_at
from sekisho.signing import REMOVED, open_statement
from sekisho.store.home import keys_dir
from sekisho.store.keys import load_signer
from tests.removals import begin


def test_a_marker_is_signed_by_the_registry():
    begin()
    key = load_signer("registry").key
    assert open_statement(marker_of(key)(b"\1" * 32), REMOVED).signer == key


def test_a_list_of_another_registry_changes_nothing():
    begin()
    (keys_dir() / "removed-0123456789abcdef.list").write_bytes(b"whatever")
    database = registry_at(None)
    take_out_again(database)
    assert REMOVED not in database.counts()
