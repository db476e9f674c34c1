import pytest

from sekisho.collect.addresses import MAX_URL, is_public, named_publicly, request_url


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2001:4860:4860::8888"])
def test_addresses_of_public_hosts(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "0.0.0.0"),  # noqa: S104
        *("100.64.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "fe80::1"),
        *(
            "fe80::1%eth0",
            "fc00::1",
            "fec0::1",
            "ff0e::1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
        ),
        *("2606:4700::1111%eth0", "4000::1"),
        *("2001:0:7f00:1::", "2001:db8::1", "3fff::1", "", "localhost", "2130706433", "0x7f.1", "127.1"),
    ],
)
def test_all_others_are_not(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "host",
    ["example.com", "a-b.example.co.jp", "例え.jp", "xn--r8jz45g.jp", "8.8.8.8", "2606:4700::1111", "a.b."],
)
def test_names_that_may_be_looked_up(host):
    assert named_publicly(host)


@pytest.mark.parametrize(
    "host",
    [
        *(
            "",
            ".",
            "localhost",
            "localhost.",
            "LOCALHOST",
            "a.localhost",
            "printer.local",
            "x.internal",
            "nas",
        ),
        *(
            "router.lan",
            "x.home.arpa",
            "x.intranet",
            "x.home",
            "x.corp",
            "x.test",
            "a.onion",
            "127.0.0.1",
            "127.0.0.1.",
            "2130706433",
            "0177.0.0.1",
            "0x7f.1",
        ),
        *(
            "127.1",
            "1.0x7f000001",
            "::1",
            "::ffff:10.0.0.1",
            "a..b",
            "-a.example",
            "a b.example",
            "a.example\x00",
        ),
        "a" * 64 + ".example",
        ".".join(["a" * 50] * 6),
        "１２７.０.０.１",
    ],
)
def test_names_that_may_not(host):
    assert not named_publicly(host)


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://Example.com", "https://example.com/"),
        ("https://me:secret@example.com:443/a#b", "https://example.com/a"),
        ("http://example.com:8080/a b?c=d", "http://example.com:8080/a%20b?c=d"),
        ("https://例え.jp/ほ", "https://xn--r8jz45g.jp/%E3%81%BB"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/"),
        ("http://example.com:1024/", "http://example.com:1024/"),
        ("https://example.com:80/", "https://example.com:80/"),
    ],
)
def test_urls_as_they_are_asked_for(url, asked):
    assert request_url(url) == asked


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.com", "ftp://example.com/", "file:///etc/passwd", "javascript:alert(1)", "https://"),
        *("http://example.com:25/", "http://example.com:1023/", "http://example.com:x/", "http://[::1/"),
        "http://example.com:99999/",
        *(
            "http://a b/",
            "http://a\\b/",
            "http://a%2fb/",
            "http://" + "あ" * 300,
        ),
        "https://a.example/" + "x" * MAX_URL,
    ],
)
def test_urls_that_never_are(url):
    assert request_url(url) is None


def test_no_line_end_gets_into_a_request():
    assert "\n" not in request_url("https://a.example/x\r\nHost: b")
