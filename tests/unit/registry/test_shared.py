import numpy as np

from sekisho.registry import shared
from sekisho.registry.shared import shared_pages


def hashes(*numbers):
    """Return hashes that are far apart for different numbers."""
    return [np.random.default_rng(n).bytes(32) for n in numbers]


def flipped(pdq, bits):
    return (int.from_bytes(pdq) ^ ((1 << bits) - 1)).to_bytes(32)


def volume_of(number, base):
    return hashes(*range(base, base + number))


def masked(*volumes):
    """Return for each volume which of its pages are left out."""
    home = [n for n, pages in enumerate(volumes, 1) for _ in pages]
    mask = shared_pages(b"".join(p for pages in volumes for p in pages), home)
    return [[bool(mask[i]) for i, v in enumerate(home) if v == n] for n in range(1, len(volumes) + 1)]


def test_a_page_of_two_volumes_is_left_out_of_both():
    logo = hashes(1)
    one, other = masked(volume_of(6, 100) + logo, volume_of(6, 200) + logo)
    assert one == other == [False] * 6 + [True]


def test_near_is_what_an_audit_would_find_and_no_more():
    (logo,) = hashes(1)
    near = masked([*volume_of(6, 100), logo], [*volume_of(6, 200), flipped(logo, 31)])
    far = masked([*volume_of(6, 100), logo], [*volume_of(6, 200), flipped(logo, 32)])
    assert (near[0][-1], near[1][-1]) == (True, True)
    assert (far[0][-1], far[1][-1]) == (False, False)


def test_a_page_that_stands_four_times_in_a_volume_is_left_out():
    separator = hashes(1)
    assert masked(volume_of(9, 100) + separator * 3) == [[False] * 12]
    assert masked(volume_of(9, 100) + separator * 4) == [[False] * 9 + [True] * 4]


def test_two_editions_of_one_work_keep_their_pages():
    pages, logo = volume_of(10, 100), hashes(1)
    again = [flipped(p, 5) for p in pages]
    one, other, stranger = masked(pages + logo, again + logo, volume_of(10, 300) + logo)
    assert one == other == stranger == [False] * 10 + [True]


def test_an_omnibus_keeps_what_its_volumes_have():
    first, second = volume_of(10, 100), volume_of(10, 200)
    assert masked(first, second, first + second) == [[False] * 10, [False] * 10, [False] * 20]


def test_one_page_in_common_makes_no_edition():
    (page,) = hashes(1)
    assert masked([page], [page, *hashes(2)]) == [[True], [True, False]]


def test_what_stands_in_very_many_volumes_is_left_out(monkeypatch):
    monkeypatch.setattr(shared, "MANY", 3)
    logo = hashes(1)
    found = masked(*(volume_of(4, 100 * n) + logo for n in range(1, 6)))
    assert found == [[False] * 4 + [True]] * 5


def test_tables_and_batches_find_what_a_scan_finds(monkeypatch):
    random = np.random.default_rng(5)
    pages = [random.bytes(32) for _ in range(5000)]
    home = [1 + n // 100 for n in range(5000)]
    for n in range(0, 5000, 250):
        pages[n] = flipped(pages[1], n % 31)
    mask = shared_pages(b"".join(pages), home)
    assert mask.sum() == 21
    monkeypatch.setattr(shared, "chunk_count", lambda _: 0)
    monkeypatch.setattr(shared, "_BATCH", 77)
    assert (shared_pages(b"".join(pages), home) == mask).all()


def test_nothing_is_shared_by_nothing():
    assert len(shared_pages(b"", [])) == 0
