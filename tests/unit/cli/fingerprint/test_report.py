from pathlib import Path

import pytest

from sekisho.cli.fingerprint.report import Told, _ranges
from sekisho.model import Unfingerprintable, Unreadable
from sekisho.registry.fingerprinted import Made, PageMade
from sekisho.registry.placing import placed
from sekisho.registry.selection import select


def page(number, quality=100, *, prose=False):
    pdq = (0x9E3779B97F4A7C15F39CC0605CEDC834 ** (number + 3) % 2**256).to_bytes(32)
    return PageMade(number=number, sha256=bytes([number]) * 32, hashes=((pdq, quality),), prose=prose)


PAGES = (page(1, 3), page(2), page(3), page(5), page(6, 9), page(7, prose=True))
VOLUME = Made(pages=PAGES, count=7, volume=True, remark="its text flows")
BROKEN = Made(problem=Unfingerprintable(reason=Unreadable.ENCRYPTED, detail="x"), volume=True)
EMPTY = Made(pages=(page(8, 3),), count=1, volume=True)
FILES = [("a.cbz", b"/", VOLUME), ("b.pdf", b"/", BROKEN), ("c.cbz", b"/", EMPTY), ("d.txt", b"/", Made()),
         ("e.png", b"/", Made(pages=(page(9, 3),), count=1))]  # fmt: skip


def told(*, keep_all=False):
    told = Told()
    files = list(placed(FILES, as_one=False))
    return told, list(told.prints(files, select(files, keep_all=keep_all)))


def test_what_is_left_out_is_counted_and_listed(capsys):
    report, prints = told()
    report.summary(99, Path("p.jsonl"))
    out = capsys.readouterr()
    assert [(p.at, p.pdq is None) for p in prints] == [("2", False), ("3", False), ("5", False), ("", True)]
    assert out.out.splitlines() == [
        "3 files, 4 fingerprints -> p.jsonl (99 bytes)",
        "1 by SHA-256 only, 1 unreadable, 1 not media",
        (
            "2 volumes, 8 pages: 3 kept; 3 blank or of too little detail; 1 text only, near the end; "
            "0 also in other volumes, or repeated; 1 without a picture"
        ),
    ]
    assert out.err.splitlines() == [
        "a.cbz: its text flows",
        "a.cbz: page 1, 6: blank or of too little detail",
        "a.cbz: page 7: text only, near the end",
        "error: b.pdf: encrypted: x",
        "c.cbz: page 8: blank or of too little detail",
        "c.cbz: no page is left to register (--keep-all-pages keeps them)",
        "e.png: too little detail, only the identical file will be found (SHA-256)",
    ]
    assert (report.incomplete, report.count) == (True, 4)


def test_all_pages_are_kept_if_that_is_wanted(capsys):
    report, prints = told(keep_all=True)
    assert len(prints) == 8
    assert "left" not in capsys.readouterr().err
    assert report.count == 8


@pytest.mark.parametrize(
    ("numbers", "text"), [([1], "1"), ([3, 1, 2], "1-3"), ([1, 2, 4, 7, 8, 8], "1-2, 4, 7-8")]
)
def test_page_numbers_are_short(numbers, text):
    assert _ranges(numbers) == text
