import time

import pytest
from rich.cells import cell_len

from sekisho.cli.line_breaks import broken

PARAGRAPH = (
    "--local を付けると、それぞれの絵の特徴点も作ります。切り抜き、貼りつけ、なぞり書きなど、"
    "絵の一部も見つけられるようになります(例: データセットの検査)。「持つ人」は 2 人です。"
)
NEVER_FIRST = tuple(")]}、。」ー・ょっ,:;")
NEVER_LAST = tuple("([{「『")


@pytest.mark.parametrize("width", [10, 16, 24, 38, 60, 80, 120])
def test_every_line_fits_and_nothing_is_lost(width):
    lines = list(broken(PARAGRAPH, width))
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == PARAGRAPH.replace(" ", "")
    assert lines == [line.strip() for line in lines]


def test_no_mark_stands_where_it_may_not():
    for width in range(14, 80):
        lines = list(broken(PARAGRAPH, width))
        assert [line for line in lines[1:] if line.startswith(NEVER_FIRST)] == []
        assert [line for line in lines[:-1] if line.endswith(NEVER_LAST)] == []


def test_a_long_sentence_fills_its_lines():
    for width in range(30, 120):
        lines = list(broken(PARAGRAPH.replace(" ", ""), width))
        assert all(cell_len(line) >= width * 2 // 3 for line in lines[:-1]), lines


@pytest.mark.parametrize(
    ("words", "width", "lines"),
    [
        ("", 10, []),
        ("short", 10, ["short"]),
        ("two words", 5, ["two", "words"]),
        ("作品を登録します。", 12, ["作品を登録し", "ます。"]),
        ("作品を登録します。", 17, ["作品を登録し", "ます。"]),
        ("これはデータセット", 12, ["これは", "データセット"]),
        ("鍵(--encrypt)です", 14, ["鍵(--encrypt)", "です"]),
        ("登録は1件です", 8, ["登録は", "1件です"]),
        ("0123456789abcdef", 6, ["012345", "6789ab", "cdef"]),
        ("ああああああああああああ", 9, ["ああああ", "ああああ", "ああああ"]),
    ],
)
def test_where_lines_end(words, width, lines):
    assert list(broken(words, width)) == lines


def test_a_long_text_takes_no_longer_for_a_letter_than_a_short_one():
    def seconds(times: int) -> float:
        words = PARAGRAPH * times
        best = 1e9
        for _ in range(3):
            start = time.process_time()
            list(broken(words, 80))
            best = min(best, time.process_time() - start)
        return best

    assert seconds(400) < 40 * seconds(40)
