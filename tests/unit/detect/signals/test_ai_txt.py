"""ai.txt: what is one, and who is heard."""

import pytest

from sekisho.detect.signals.ai_txt import ai_txt_signals, is_ai_txt

FROM = {"captured": None, "place": "https://e.com/ai.txt", "source": ""}


@pytest.mark.parametrize(
    ("data", "known"),
    [
        (b"User-Agent: *\nDisallow: *.jpg\n", True),
        (b"\xef\xbb\xbf# Spawning\nuser-agent: *\nallow: /\nSitemap: https://e.com/s.xml\n", True),
        (b"User-Agent: *\n", False),
        (b"Disallow: /\n", False),
        (b"# AI policy\n\nWe allow training: yes\n", False),
        (b"User-Agent: *\nDisallow: /\n\nPlease ask us first.\n", False),
        (b'{"User-Agent": "*"}', False),
        (b"", False),
        (b"\0\1\2", False),
    ],
)
def test_a_file_is_looked_at_before_it_is_heard(data, known):
    assert is_ai_txt(data) is known


def test_the_longest_rule_holds_and_of_equal_ones_the_one_that_refuses():
    data = b"User-Agent: *\nAllow: /art/*.jpg\nDisallow: *.jpg\nAllow: *.gif\nDisallow: *.gif\n"
    stances = [
        {str(stance) for stance in ai_txt_signals(data, f"https://e.com/{name}", **FROM)[0].stances.values()}
        for name in ("art/a.jpg", "a.jpg", "a.gif")
    ]
    assert stances == [{"unknown"}, {"disallow"}, {"disallow"}]


def test_encoded_letters_are_compared_in_either_case():
    data = "User-Agent: *\nDisallow: /画/*.JPG\n".encode()
    assert len(ai_txt_signals(data, "https://e.com/%e7%94%bb/a.jpg", **FROM)) == 1
    assert ai_txt_signals(data, "https://e.com/b/a.jpg", **FROM) == ()
