import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sekisho.errors import ExistsError, NotFoundError, SekishoError, SignatureError, UsageError
from sekisho.signing import PRINTS, open_statement, sign_statement
from sekisho.store.home import keys_dir
from sekisho.store.keys import (
    add_key,
    find_public,
    is_encrypted,
    is_wide_open,
    known_keys,
    load_signer,
    make_key,
    protect_key,
)


def test_a_key_signs_after_it_was_loaded_again():
    made = make_key("aozora", label="Aozora Press")
    loaded = load_signer("aozora")
    assert (loaded.key, loaded.label) == (made.key, "Aozora Press")
    assert open_statement(sign_statement(PRINTS, b"{}", loaded)).signer == made.key
    assert load_signer(made.key).name == "aozora"


def test_the_private_half_is_for_its_owner_only():
    make_key("aozora")
    path = keys_dir() / "aozora.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not is_wide_open("aozora")
    path.chmod(0o640)
    assert is_wide_open("aozora")


def test_a_key_is_never_replaced():
    before = make_key("aozora").key
    with pytest.raises(ExistsError):
        make_key("aozora")
    with pytest.raises(ExistsError):
        add_key("aozora", before)
    assert load_signer("aozora").key == before


def test_two_keys_differ():
    assert make_key("a").key != make_key("b").key


@pytest.mark.parametrize("name", ["", "../a", "a/b", ".a", "a b", "a\n", "x" * 65, "a.key", "a.pub", "a\0"])
def test_a_name_stays_in_the_folder(name):
    with pytest.raises(UsageError):
        make_key(name)
    with pytest.raises(UsageError):
        load_signer(name)


@pytest.mark.parametrize("label", ["a\nb", "x" * 201])
def test_a_label_is_one_short_line(label):
    with pytest.raises(UsageError):
        make_key("a", label=label)


def test_a_japanese_name_and_label_are_fine():
    make_key("青空", label="青空出版")
    assert [(k.name, k.label) for k in known_keys()] == [("青空", "青空出版")]


def test_a_public_key_is_found_by_name_file_and_id(tmp_path):
    made = make_key("aozora", label="Aozora")
    file = tmp_path / "given.pub"
    file.write_text(f"{made.key}\nAozora\n")
    assert find_public("aozora") == find_public(str(file)) == made.registrant
    assert find_public(made.key).key == made.key


def test_a_contact_is_kept_without_a_private_half(tmp_path):
    made = make_key("lumen", folder=tmp_path)
    known = add_key("lumen-labs", str(tmp_path / "lumen.pub"))
    assert (known.key, known.private) == (made.key, False)
    with pytest.raises(NotFoundError):
        load_signer("lumen-labs")
    with pytest.raises(NotFoundError):
        load_signer(made.key)


def test_a_lost_public_half_is_made_again():
    made = make_key("aozora")
    (keys_dir() / "aozora.pub").unlink()
    assert find_public("aozora").key == made.key
    assert (keys_dir() / "aozora.pub").exists()


@pytest.mark.parametrize("text", ["nobody", "./nobody.pub", "ed25519:short", "ed25519:" + "A" * 43])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(SekishoError):
        find_public(text)


def test_another_kind_of_private_key_is_refused():
    make_key("a")
    pem = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (keys_dir() / "a.key").write_bytes(pem)
    with pytest.raises(SignatureError, match="Ed25519"):
        load_signer("a")
    (keys_dir() / "a.key").write_bytes(b"rubbish")
    with pytest.raises(SignatureError, match="PEM"):
        load_signer("a")


def test_a_private_key_is_not_shown():
    assert "private=" not in repr(make_key("a"))


def test_a_private_half_alone_is_found_by_its_id():
    made = make_key("studio")
    (keys_dir() / "studio.pub").unlink()
    (keys_dir() / "broken.key").write_text("no key")
    assert load_signer(made.key).key == made.key
    with pytest.raises(NotFoundError, match="is not on this machine"):
        load_signer(made.key[:-4] + "AAAA")


def test_a_key_under_a_passphrase_signs_only_with_it(monkeypatch):
    made = make_key("aozora", passphrase="five words are good")  # noqa: S106 - of a test
    assert is_encrypted("aozora")
    assert b"PRIVATE KEY" not in (keys_dir() / "aozora.key").read_bytes()
    with pytest.raises(SignatureError, match="under a passphrase"):
        load_signer("aozora")
    assert find_public("aozora").key == made.key
    monkeypatch.setenv("SEKISHO_PASSPHRASE", "other words are bad")
    with pytest.raises(SignatureError, match="does not open"):
        load_signer("aozora")
    monkeypatch.setenv("SEKISHO_PASSPHRASE", "five words are good")
    assert load_signer(made.key).key == made.key


def test_a_passphrase_is_put_on_and_taken_away(monkeypatch):
    made = make_key("aozora")
    protect_key("aozora", "five words are good")
    assert is_encrypted("aozora")
    assert not is_wide_open("aozora")
    monkeypatch.setenv("SEKISHO_PASSPHRASE", "five words are good")
    protect_key("aozora", None)
    monkeypatch.delenv("SEKISHO_PASSPHRASE")
    assert not is_encrypted("aozora")
    assert load_signer("aozora").key == made.key


def test_keys_of_others_are_found_beside_one_that_is_locked():
    make_key("aozora", passphrase="five words are good")  # noqa: S106 - of a test
    (keys_dir() / "aozora.pub").unlink()
    lumen = make_key("lumen")
    (keys_dir() / "lumen.pub").unlink()
    assert load_signer(lumen.key).key == lumen.key
