from sekisho.model import Unfingerprintable, Unreadable
from sekisho.registry.fingerprinted import Made, PageMade
from sekisho.registry.placing import placed
from sekisho.registry.written import Written

PAGE = PageMade(number=1, sha256=b"s" * 32, hashes=((b"p" * 32, 100),))
PICTURE = Made(pages=(PAGE,), count=1)
VOLUME = Made(pages=(PAGE,), count=1, volume=True)
BROKEN = Made(problem=Unfingerprintable(reason=Unreadable.CORRUPT))
NOTHING = Made()


def places(files, **kwargs):
    return [(p.volume, p.at.format(p.first + 1)) for p in placed(files, **kwargs)]


def test_a_volume_is_an_entry_and_a_picture_by_itself_too():
    files = [("a", b"/", VOLUME), ("b", b"/", PICTURE), ("c", b"/", NOTHING), ("d", b"/", VOLUME)]
    assert places(files, as_one=False) == [(1, "1"), (0, ""), (0, ""), (2, "1")]


def test_as_one_a_folder_of_pictures_is_a_volume():
    files = [
        ("1.jpg", b"/a", PICTURE),
        ("notes", b"/a", NOTHING),
        ("2.jpg", b"/a", BROKEN),
        ("v.cbz", b"/a", VOLUME),
        ("3.jpg", b"/a", PICTURE),
        ("1.jpg", b"/b", PICTURE),
    ]
    expected = [(1, "1/1"), (0, ""), (1, "1/2"), (2, "2/1"), (1, "1/3"), (3, "3/1")]
    assert places(files, as_one=True, several=True) == expected


def test_a_single_volume_needs_no_number():
    files = [("1.jpg", b"/a", PICTURE), ("2.jpg", b"/a", PICTURE)]
    assert places(files, as_one=True, several=False) == [(1, "1"), (1, "2")]


TEXT = Made(
    pages=(
        PageMade(
            number=1,
            name="text",
            sha256=b"s" * 32,
            text=Written(sha256=b"s" * 32, passages=b"{}", units=40, charset="utf-8", undecodable=0),
        ),
    ),
    count=1,
)


def test_a_text_is_an_entry_and_as_one_a_volume():
    files = [("1.txt", b"/a", TEXT), ("2.txt", b"/a", TEXT), ("1.jpg", b"/a", PICTURE), ("v", b"/a", VOLUME)]
    assert places(files, as_one=False) == [(0, ""), (0, ""), (0, ""), (1, "1")]
    assert places(files, as_one=True) == [(1, "1/1"), (2, "2/1"), (3, "3/1"), (4, "4/1")]
    assert places(files[:1], as_one=True, several=False) == [(1, "1")]
