import pytest

from sekisho.media.books import BookKind, book_kind


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.cbz", b"PK\x03\x04", BookKind.ZIP),
        ("A.CBZ", b"garbage", BookKind.ZIP),
        ("a.zip", b"PK\x05\x06", BookKind.ZIP),
        ("a.cbr", b"PK\x03\x04", BookKind.ZIP),
        ("a.cbr", b"Rar!\x1a\x07\x00", BookKind.RAR),
        ("a.zip", b"7z\xbc\xaf\x27\x1c", BookKind.RAR),
        ("a.epub", b"PK\x03\x04", BookKind.EPUB),
        ("a.pdf", b"%PDF-1.4", BookKind.PDF),
        ("a.pdf", b"\n" * 100 + b"%PDF-1.4", BookKind.PDF),
        ("a.cbz", b"%PDF-1.4", BookKind.PDF),
        ("a.pdf", b"", BookKind.PDF),
        ("noname", b"%PDF-1.4", BookKind.PDF),
        ("a.docx", b"PK\x03\x04", None),
        ("a.jpg", b"\xff\xd8\xff", None),
        ("zip", b"PK\x03\x04", None),
    ],
)
def test_the_name_says_volume_and_the_bytes_say_which(name, head, kind):
    assert book_kind(name, head) is kind
