import pytest

from sekisho.cli.app import main
from sekisho.cli.waiting import finished, waiting_for_batch
from sekisho.errors import IncompleteError, UsageError
from sekisho.ledger.logged import encode_logged, verify_logged
from sekisho.ledger.waiting import verify_waiting
from sekisho.signing import CASE, sign_statement
from sekisho.store.home import home_dir
from sekisho.store.own_log import own_log, own_queue
from tests.parties import Party

ENVELOPE = sign_statement(CASE, b"{}", Party(name="desk"))


def done(data):
    return finished(data, "a.json", log=own_log(), queue=own_queue())


def test_a_statement_waits_and_publishes_nothing():
    data = waiting_for_batch(ENVELOPE)
    assert verify_waiting(data, CASE).payload == b"{}"
    assert not own_log().begun
    with pytest.raises(IncompleteError, match="next batch") as caught:
        done(data)
    assert "sekisho log proof a.json" in caught.value.hint


def test_it_is_completed_when_its_batch_is_out():
    data = waiting_for_batch(ENVELOPE)
    main(["log", "batch"])
    statement, index, head = verify_logged(encode_logged(done(data)), CASE, log_key=own_log().vkey)
    assert (statement.payload, 0 <= index < head.size == 16) == (b"{}", True)


def test_a_file_whose_queue_was_lost_waits_again():
    data = waiting_for_batch(ENVELOPE)
    (home_dir() / "waiting.sqlite").unlink()
    with pytest.raises(IncompleteError):
        done(data)
    main(["log", "batch"])
    assert done(data).statement == ENVELOPE


def test_a_file_of_another_log_is_not_ours_to_complete():
    data = waiting_for_batch(ENVELOPE).replace(own_log().vkey.encode(), b"log.example/other+00000000+AA==")
    with pytest.raises(UsageError, match="of another log"):
        done(data)
    assert own_queue().count() == 1


def test_two_files_of_one_statement_can_not_be_told_to_be_of_one():
    assert waiting_for_batch(ENVELOPE) != waiting_for_batch(ENVELOPE)
    assert own_queue().count() == 2
