from sekisho.demo.story import STORY, TITLE, in_old_characters, paragraphs
from sekisho.lexicon.fold import fold


def test_the_paragraphs_are_the_tale_without_its_title():
    assert STORY.startswith(TITLE)
    assert len(paragraphs()) == 12
    assert all(not p.startswith("\u3000") and p in STORY for p in paragraphs())


def test_the_old_characters_fold_to_the_same_letters():
    old = in_old_characters(STORY)
    assert sum(a != b for a, b in zip(old, STORY, strict=True)) > 40
    assert fold(old).units.tolist() == fold(STORY).units.tolist()
