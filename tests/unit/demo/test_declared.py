import pytest

from sekisho.audit.documents.declared import read_declared
from sekisho.demo.declared import declarations

MODEL = "0f" * 32


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_what_the_laboratory_declares_is_read_and_names_its_model(lang):
    declared = read_declared(declarations(lang, MODEL).encode(), "declarations.toml")
    assert declared.model.sha256 == MODEL
    assert declared.sources.crawl.used
    assert not declared.sources.users.used
    assert declared.rights.measures


def test_its_sentences_are_in_the_language_of_the_play():
    assert "robots.txtに従い" in declarations("ja", MODEL)
    assert "follows robots.txt" in declarations("en", MODEL)
