from sekisho.collect.addresses import named_publicly
from sekisho.collect.sites import SiteList


def test_each_site_once_in_the_sequence_of_the_urls():
    urls = [
        "https://b.example/1",
        "https://B.example:443/2",
        "https://a.example/1",
        "https://b.example/3",
        "http://b.example/1",
        "https://me@b.example:8443/1",
    ]
    sites = SiteList(urls, named_publicly)
    assert list(sites) == [
        "https://b.example",
        "https://a.example",
        "http://b.example",
        "https://b.example:8443",
    ]
    assert (sites.urls, sites.unusable) == (6, 0)


def test_what_is_of_no_public_site_is_counted():
    urls = [
        "",
        "x",
        "ftp://a.example/",
        "data:x",
        "https://localhost/",
        "http://10.0.0.1/",
        "https://a.example:22/",
        "https://\ud800.example/",
    ]
    sites = SiteList(urls, named_publicly)
    assert list(sites) == []
    assert sites.unusable == len(urls)
