import numpy as np
import pytest

from sekisho.detect.signals.cells import address, site_in
from sekisho.detect.signals.site_ends import site_ends

ADDRESSES = [
    "https://a.example/",
    "http://a.example/b?c=d&e=(f)",
    "https://a.example",
    "https://a.example?b",
    "https:///a",
    "https://A.example/",
    "https://a.example:80/",
    "https://u@a.example/",
    "https://a.example/%62",
    "https://a.example/*",
    "https://a.example/$",
    "https://a.example/#b",
    "https://a.example/ b",
    "https://a.example/é",
    "httpss://a.example/",
    "ftp://a.example/",
    "https://a.example/" + "b" * 9000,
    "http",
    "",
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_an_address_ends_where_its_site_does(url):
    data = f'{{"url":"{url}"'.encode()
    (end,) = site_ends(data, np.array([[7, len(data)]]))
    assert url[:end] == (site_in(url) if address(url) == url and len(url) <= 8192 else "")


@pytest.mark.parametrize(
    "value", [b"5", b"true", b'""', b'"https://a/', b'"https://a/\\n"', b'"https://a/\\""']
)
def test_what_is_no_plain_address_is_none(value):
    assert site_ends(value, np.array([[0, len(value)]])) == [0]


def test_values_beside_the_data_are_refused():
    for place in ([0, 12], [-1, 5]):
        with pytest.raises(ValueError, match="beside"):
            site_ends(b'"http://a/"', np.array([place]))
    assert site_ends(b"", np.empty((0, 2), np.int64)) == []
