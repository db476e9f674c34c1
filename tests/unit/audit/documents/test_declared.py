import tomllib
from datetime import date

import msgspec
import pytest

from sekisho.audit.documents.declared import MAX_BYTES, PRINCIPLES, Declared, read_declared, template
from sekisho.errors import ConfigError


def read(text):
    return read_declared(text.encode(), "d.toml")


def names(kind, path=""):
    """Yield the name of every key that a table may have."""
    for one in msgspec.structs.fields(kind):
        inner = one.type.__args__[0] if one.name == "public_datasets" else one.type
        place = f"{path}.{one.encode_name}".lstrip(".")
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
            yield from names(inner, place)
        else:
            yield place


def uncommented():
    lines = template().decode().splitlines()
    return [line.removeprefix("# ") if "=" in line or line.startswith("# [") else line for line in lines]


def test_the_template_declares_nothing():
    assert read_declared(template(), "t") == Declared()


def test_every_key_stands_in_the_template_and_no_other():
    text = template().decode()
    tables = [line for line in uncommented() if not line.startswith("#") or line.startswith("# [")]
    found = tomllib.loads("\n".join(tables))
    assert set(found) == {one.name for one in msgspec.structs.fields(Declared)}
    assert set(found["sources"]) >= {"licensed", "third_party", "crawl", "users", "synthetic", "other"}
    for table in ("provider", "model", "dataset", "rights", "personal", "quality"):
        kind = msgspec.structs.fields(Declared)
        inner = next(one.type for one in kind if one.name == table)
        assert set(found[table]) == {one.name for one in msgspec.structs.fields(inner)}
    assert all(name in text for name in PRINCIPLES)


def test_what_is_declared_is_read():
    done = read('[dataset]\npublished = 2026-11-01\nlanguages = ["ja"]\n[principles.data]\nstate = "comply"')
    assert done.dataset.published == date(2026, 11, 1)
    assert done.principles["data"].state == "comply"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[provider]\nnmae = 'x'", "nmae"),
        ("[provder]\nname = 'x'", "provder"),
        ("[provider]\nurl = 'javascript:alert(1)'", "provider.url"),
        ("[provider]\nurl = 'https://a.example/\"onclick=x'", "provider.url"),
        ("[provider]\nemail = 'nobody'", "provider.email"),
        ("[provider]\nname = ''", "provider.name"),
        ("[dataset]\npublished = 'soon'", "dataset.published"),
        ("[dataset]\npublished = 2026-13-01", "TOML"),
        ("[dataset]\nlicence = 'MIT; drop'", "dataset.licence"),
        ("[dataset]\ncontinuous = 'no'", "dataset.continuous"),
        ("[dataset]\nlanguages = ['日本語']", "dataset.languages"),
        ("[model]\nsha256 = 'abc'", "model.sha256"),
        ("[provider]\nname = 3", "provider.name"),
        ("[principles.contct]\nstate = 'comply'", "principles.contct"),
        ("[principles.contact]\nstate = 'explain'", "principles.contact"),
        ("[principles.contact]\nstate = 'perhaps'", "principles"),
        ("[dataset]\ncollected_from = 2026-02-01\ncollected_until = 2026-01-01", "collected_from"),
        ("[sources.crawl]\nsince = 2026-02-01\nuntil = 2026-01-01", "sources.crawl"),
        ("[sources.users]\nused = false\ndescription = 'many'", "sources.users"),
        ("[provider]\nname = 'a\\u202eb'".replace("'", '"'), "provider.name"),
        ('[dataset]\ncreators = ["x", "a\\u0007"]', "dataset.creators[1]"),
        ("= = =", "TOML"),
        (f"[quality]\nsocial_impact = '{'x' * 8001}'", "quality.social_impact"),
        ("x" * (MAX_BYTES + 1), "at most"),
        (".".join("a" * 300) + " = 1", "points"),
        ("[[sources.public_datasets]]\nurl = 'https://a.example'", "name"),
        ("a = " + "[" * 5000, "TOML"),
    ],
)
def test_what_is_wrong_is_named(text, named):
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    "secret",
    [
        "-----BEGIN PRIVATE KEY-----",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1" * 18,
        "sk-proj-" + "a1B2" * 8,
        "https://me:hunter2@harbour.example/",
    ],
)
def test_a_secret_is_refused_and_not_repeated(secret):
    with pytest.raises(ConfigError) as caught:
        read(f"[rights]\nmeasures = 'see {secret} there'")
    assert "rights.measures" in str(caught.value)
    assert secret not in str(caught.value)


def test_a_long_word_with_hyphens_is_no_secret():
    assert read("[rights]\nmeasures = 'task-based measures, risk-aware-evaluation-of-everything'")


def test_bytes_that_are_no_text():
    with pytest.raises(ConfigError, match="TOML"):
        read_declared(b"\xff\xfe", "d.toml")


@pytest.mark.parametrize(
    "text",
    [
        "[dataset]\ncollected_from = 2026-02-01",
        "[dataset]\ncollected_until = 2026-02-01\nfirst_used = 2026-02-01",
        "[dataset]\ncollected_from = 2026-02-01\ncollected_until = 2026-02-01",
    ],
)
def test_days_in_order_and_days_alone_are_fine(text):
    assert read(text) != Declared()
