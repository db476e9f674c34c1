"""What needs no socket; tests/system/test_signals_collect.py talks to real servers."""

import pytest

from sekisho.collect.addresses import is_public, named_publicly
from sekisho.detect.signals.kept import Why
from sekisho.store.site_client import SiteClient


def client(resolve):
    return SiteClient(agent="x", admits_name=named_publicly, admits_address=is_public, resolve=resolve)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://[::1]/", "http://localhost./", "http://0x7f.1/"]
)
def test_a_name_of_the_inside_is_not_even_looked_up(url):
    looked_up = []
    answer = client(lambda host, port: looked_up.append((host, port)))(url)
    assert (answer.status, answer.why, looked_up) == (0, Why.NOT_PUBLIC, [])


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["fe80::1%2"], ["x"]])
def test_one_address_of_the_inside_is_enough_to_refuse(addresses):
    assert client(lambda _host, _port: addresses)("https://a.example/").why is Why.NOT_PUBLIC


def test_a_name_without_addresses():
    def none(_host, _port):
        raise OSError("no such name")

    assert client(none)("https://a.example/").why is Why.NO_HOST
    assert client(lambda _host, _port: [])("https://a.example/").why is Why.NO_HOST
