import pytest

from sekisho.cli.signers import principal, signer_named, signer_or_new
from sekisho.errors import NotFoundError
from sekisho.store.home import keys_dir
from sekisho.store.keys import make_key
from tests.parties import Party

LUMEN = Party(name="lumen")


def test_a_key_that_others_can_read_is_named(capsys):
    made = make_key("aozora")
    assert signer_named("aozora").key == made.key
    assert capsys.readouterr().err == ""
    (keys_dir() / "aozora.key").chmod(0o644)
    signer_named("aozora")
    assert "others on this machine can read the private key 'aozora'" in capsys.readouterr().err


def test_a_new_key_is_made_once_and_only_for_a_name(capsys):
    made = signer_or_new("aozora")
    assert made.key in capsys.readouterr().err
    assert signer_or_new("aozora").key == made.key
    assert capsys.readouterr().err == ""
    with pytest.raises(NotFoundError):
        signer_or_new(LUMEN.key)


def test_one_speaks_for_oneself_or_for_a_key_that_is_known():
    own = make_key("own", label="Own")
    assert principal("", own) == own.registrant
    assert principal(LUMEN.key, own).key == LUMEN.key
    with pytest.raises(NotFoundError):
        principal("nobody", own)
