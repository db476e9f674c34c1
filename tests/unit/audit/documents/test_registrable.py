import hashlib
from importlib import resources

import pyarrow as pa
import pytest
from publicsuffixlist import PublicSuffixList

from sekisho.audit.documents import registrable
from sekisho.audit.documents.registrable import by_domain, domain_of, shown_domain, suffixes

RULES = suffixes().rules


def table(*rows):
    names = ("host", "items", "bytes")
    kinds = (pa.string(), pa.int64(), pa.int64())
    return pa.table(
        [[row[at] for row in rows] for at in range(3)], schema=pa.schema(zip(names, kinds, strict=True))
    )


def counts(made):
    return {one["domain"]: (one["items"], one["bytes"]) for one in made.to_pylist()}


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("blog.example.com", "example.com"),
        ("example.com", "example.com"),
        ("a.b.example.co.jp", "example.co.jp"),
        ("www.shibuya.tokyo.jp", "www.shibuya.tokyo.jp"),
        ("www.city.kobe.jp", "city.kobe.jp"),
        ("a.b.kobe.jp", "a.b.kobe.jp"),
        ("x.someone.github.io", "someone.github.io"),
        ("bucket.s3.amazonaws.com", "bucket.s3.amazonaws.com"),
        ("github.io", "github.io"),
        ("co.jp", "co.jp"),
        ("localhost", "localhost"),
        ("files.corp", "files.corp"),
        ("a.files.corp", "files.corp"),
        ("192.168.10.20", "192.168.10.20"),
        ("1.2.3.0x7f", "1.2.3.0x7f"),
        ("4.example.com", "example.com"),
        ("a..b.com", "a..b.com"),
        ("www.日本語.jp", "xn--wgv71a119e.jp"),
        ("xn--wgv71a119e.jp", "xn--wgv71a119e.jp"),
        ("Ｂücher.日本語．ＪＰ", "xn--wgv71a119e.jp"),
        ("食狮.公司.cn", "xn--85x722f.xn--55qx5d.cn"),
        ("www.例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("faß.de", "xn--fa-hia.de"),
        ("", ""),
    ],
)
def test_a_host_belongs_to_what_somebody_can_register(host, domain):
    assert domain_of(host, RULES) == domain


def test_the_edition_of_the_list_is_known():
    data = resources.files("publicsuffixlist").joinpath("public_suffix_list.dat").read_bytes()
    made = suffixes()
    assert made.sha256 == hashlib.sha256(data).hexdigest()
    assert f"// VERSION: {made.version}_".encode() in data


def test_a_list_that_does_not_say_its_day_is_named_by_its_package(monkeypatch, tmp_path):
    (tmp_path / "public_suffix_list.dat").write_bytes(b"// ===BEGIN ICANN DOMAINS===\njp\n")
    monkeypatch.setattr(registrable.resources, "files", lambda _: tmp_path)
    made = registrable.suffixes.__wrapped__()
    assert made.version.startswith("1.")
    assert domain_of("a.co.jp", made.rules) == "co.jp"


def test_hosts_are_added_up_by_their_domains():
    rows = [("a.x.com", 1, 10), ("x.com", 2, 20), ("日本語.jp", 3, 30), ("xn--wgv71a119e.jp", 4, 40)]
    assert counts(by_domain(table(*rows), RULES)) == {"x.com": (3, 30), "xn--wgv71a119e.jp": (7, 70)}
    assert len(by_domain(table(), RULES)) == 0


def test_many_hosts_are_added_up_in_pieces(monkeypatch):
    rows = [(f"h{n}.site{n % 7}.example", 1, n) for n in range(300)]
    whole = counts(by_domain(table(*rows), RULES))
    held, add = [], registrable.added
    monkeypatch.setattr(registrable, "CHUNK", 10)
    monkeypatch.setattr(registrable, "MAX_HELD", 20)
    monkeypatch.setattr(
        registrable, "added", lambda some, key: held.append(sum(map(len, some))) or add(some, key)
    )
    assert counts(by_domain(table(*rows), RULES)) == whole
    assert sum(items for items, _ in whole.values()) == 300
    assert max(held) <= 40
    assert 10 < len(held) < 20


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        ("example.com", "example.com"),
        ("xn--wgv71a119e.jp", "日本語.jp (xn--wgv71a119e.jp)"),
        ("xn--fa-hia.de", "faß.de (xn--fa-hia.de)"),
        ("xn--.jp", "xn--.jp"),
        ("xn--99999999.jp", "xn--99999999.jp"),
        ("xn--a-0hcc.jp", None),
        ("xn--example-.com", "xn--example-.com"),
    ],
)
def test_people_read_the_letters_and_see_the_name(domain, said):
    shown = shown_domain(domain)
    assert domain in shown
    assert said in {None, shown}
    assert shown.isprintable()


@pytest.mark.parametrize(
    "hidden", ["a\u202eb", "a b", "a.b", "a|b", "Ａb", "あ\u202eb", "あ b", "あ|b", "あ.b"]
)
def test_letters_that_could_deceive_are_not_shown(hidden):
    domain = f"xn--{hidden.encode('punycode').decode()}.jp"
    assert shown_domain(domain) == domain


def test_the_private_section_counts():
    assert domain_of("a.github.io", PublicSuffixList(only_icann=True)) == "github.io"
    assert domain_of("a.github.io", RULES) == "a.github.io"
