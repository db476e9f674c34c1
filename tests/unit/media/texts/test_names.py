import pytest

from sekisho.media.texts import text_form_of
from sekisho.model import TextForm


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.txt", TextForm.PLAIN),
        ("b/c.TEXT", TextForm.PLAIN),
        ("0001.caption", TextForm.PLAIN),
        ("README.md", TextForm.MARKDOWN),
        ("x.markdown", TextForm.MARKDOWN),
        ("index.html", TextForm.HTML),
        ("index.HTM", TextForm.HTML),
        ("p001.xhtml", TextForm.HTML),
        ("本.epub", TextForm.EPUB),
        ("0001.json", TextForm.JSON),
        ("a.txt.gz", None),
        ("txt", None),
        ("a.jpg", None),
        ("a.", None),
        ("", None),
        ("a.html/b", None),
    ],
)
def test_a_name_says_how_a_file_is_read(name, form):
    assert text_form_of(name) is form
