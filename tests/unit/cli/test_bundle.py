from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sekisho.audit.seal import Record, Seal
from sekisho.audit.share.bundle import Bundle
from sekisho.audit.share.public import decode_public, encode_public
from sekisho.cli.bundle import say_bundle
from tests.parties import Party
from tests.run_fixture import manifest, rows

OPERATOR, HOLDER = Party(name="studio"), Party(name="holder")
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
UNIT = {"id": "u1", "rows": 60, "rows_root": "ab" * 32}


def bundle(**changes):
    made = manifest(rows(60)) | {"units": [UNIT]} | changes.pop("manifest", {})
    return Bundle(
        seal=Seal(
            record=Record(manifest="00" * 32, files={}, operator=OPERATOR.key, at=AT),
            payload=b"",
            salt=b"",
            row_key=None,
            entry=b"",
            index=7,
            origin="log.example",
            vkey="log.example+key",
        ),
        public=decode_public(encode_public(made, [])),
        receipt=b"",
        **changes,
    )


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["2 rows with 3 findings", "signed word of November 22, 2026", "not proved", "entry 7"]),
        ("ja", ["2 行(3 件の検出)", "2026年11月22日", "証明しないこと"]),
    ],
)
def test_it_says_what_is_proved_and_what_not(capsys, lang, words):
    say_bundle(bundle(registrant=HOLDER.key, rows=2, findings=3, at=AT), lang)
    out = capsys.readouterr().out
    for word in [*words, HOLDER.key, OPERATOR.key, "log.example+key"]:
        assert word in out


def test_names_in_a_bundle_can_not_move_the_cursor(capsys):
    made = manifest(rows(60))
    hostile = {key: made[key] | {"name": "a\x1b[2J\u202e"} for key in ("snapshot", "policy")}
    hostile["operator"] = made["operator"] | {"label": "a\x1b[2J\u202e"}
    say_bundle(bundle(manifest=hostile), "en")
    out = capsys.readouterr().out
    assert out.count("a<U+001B>[2J<U+202E>") == 3
    assert "\x1b" not in out


def test_no_row_is_said_as_what_it_is(capsys):
    say_bundle(bundle(registrant=HOLDER.key, at=AT), "en")
    assert "no row: the operator says" in capsys.readouterr().out


def test_a_public_bundle_says_nothing_about_rows(capsys):
    say_bundle(bundle(), "en")
    out = capsys.readouterr().out
    assert "a check of 65 items" in out
    assert "signed word" not in out


def test_a_sample_and_an_old_edition_are_said(capsys):
    stale = manifest(rows(60))["snapshot"] | {"stale": True}
    say_bundle(bundle(manifest={"sample": {"asked": 65, "taken": 65, "of": 9000}, "snapshot": stale}), "en")
    out = capsys.readouterr().out
    assert "only 65 of 9,000" in out
    assert "out of date" in out
    say_bundle(replace(bundle()), "en")
    assert "out of date" not in capsys.readouterr().out
