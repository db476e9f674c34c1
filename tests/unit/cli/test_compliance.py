from datetime import timedelta

import pytest

from sekisho.cli.app import main
from tests.requests_made import AGENCY, ASKED_AT, LOG_KEY, OPERATOR, given, result


@pytest.fixture
def verified(tmp_path, capsys):
    """Verify a file by the command; return its exit code and what it has said."""

    def verify(data, lang="en", *more):
        path = tmp_path / "result.json"
        path.write_bytes(data)
        capsys.readouterr()
        code = main(["verify", str(path), "--lang", lang, *more])
        return code, capsys.readouterr().out

    return verify


def test_silence_is_said_to_be_the_requesters_word_in_both_languages(verified):
    code, said = verified(result())
    assert code == 0
    for word in (AGENCY.key, OPERATOR.key, "no answer by the end", "requester's word", "1. a: no reply"):
        assert word in said
    assert "照会した側の申告" in verified(result(), "ja")[1]


def test_by_what_the_time_of_an_answer_is_shown_is_said(verified):
    late = ASKED_AT + timedelta(days=15)
    assert "operator's word" in verified(result(given(logged=None)))[1]
    assert "hour of the operator's log" in verified(result(given()))[1]
    assert "after the term" in verified(result(given(logged=late)))[1]


def test_a_result_of_another_log_or_that_was_changed_does_not_hold(verified):
    assert verified(result(), "en", "--log-key", LOG_KEY.vkey)[0] == 0
    assert verified(result(), "en", "--log-key", "x" + LOG_KEY.vkey)[0] == 4
    assert verified(result().replace(b'"index":0', b'"index":1'))[0] == 4


def test_the_witnesses_of_a_policy_are_counted(verified, tmp_path):
    assert "no witness's signature was looked at" in verified(result())[1]
    policy = tmp_path / "log.policy"
    policy.write_text("quorum none\n")
    code, said = verified(result(), "en", "--log-policy", str(policy))
    assert code == 0
    assert "cosigned by 0 of the 0 witnesses that you believe" in said
