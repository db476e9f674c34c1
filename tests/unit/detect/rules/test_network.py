import pytest

from sekisho.detect.rules.network import network
from tests.reading import candidates


def values(text):
    return [found[:2] for found in candidates(network, text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("メールはhanako.y@example.jpへ送る", "hanako.y@example.jp"),
        ("ｋｅｎ＠ｅｘａｍｐｌｅ．ｊｐまで", "ｋｅｎ＠ｅｘａｍｐｌｅ．ｊｐ"),
        ("（a+b@mail.example.co.jp）", "a+b@mail.example.co.jp"),
    ],
)
def test_an_address_ends_where_japanese_begins(text, value):
    assert values(text) == [(value, "email")]


def test_the_owner_of_a_mailbox_is_a_name():
    assert values("高橋 二郎 <j@example.jp>") == [("j@example.jp", "email"), ("高橋 二郎", "name")]


@pytest.mark.parametrize(
    "text", ["info@example.jp", "a@b", "@property", "a@b@c", "x@-example.jp", "no-reply@example.com"]
)
def test_roles_and_other_signs_are_nobody(text):
    assert values(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("LINE IDはaonami_77", "aonami_77"),
        ("GitHub: sekisho-neko", "sekisho-neko"),
        ("ユーザー名: sekisho99", "sekisho99"),
        ("ツイッターは @tetsu_00", "tetsu_00"),
    ],
)
def test_a_handle_needs_a_label(text, value):
    assert (value, "handle") in [(shown.lstrip("@"), kind) for shown, kind in values(text)]


@pytest.mark.parametrize(
    "text", ["LINEで連絡", "GitHub Actions", "handle errors: none", "アカウントを作成", "aonami_77"]
)
def test_a_service_is_no_handle(text):
    assert values(text) == []


@pytest.mark.parametrize("text", ["IPは247.31.9.5", "接続元 2d00:db8:85a3::8a2e:370:7334"])
def test_an_ip_address_of_a_connection_is_found(text):
    assert [kind for _, kind in values(text)] == ["ip_address"]


@pytest.mark.parametrize(
    "text",
    [
        "バージョン1.2.3.4",
        "IP 192.168.0.1",
        "IP 127.0.0.1",
        "IP 192.0.2.7",
        "IP 999.1.1.1",
        "2.3.4.5節",
        "12:30:45",
        "std::vector",
        "255.255.255.0",
        "IP 240.0.0.0/4",
        "1.2.3.4.5",
    ],
)
def test_versions_and_addresses_of_nobody_are_not(text):
    assert values(text) == []
