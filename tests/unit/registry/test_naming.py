import pytest

from sekisho.errors import RefusedError
from sekisho.model import Name
from sekisho.registry.naming import everyday_names, judge_names, refuse_common, with_readings
from tests.tokens import few_words


def verdict(text, words=few_words, **more):
    (one,) = judge_names([Name(text=text, **more)], words)
    return one


@pytest.mark.parametrize("text", ["光", "桜", "笑顔", "イラスト", "Hope", "light", "凪"])
def test_a_single_common_word_is_refused(text):
    with pytest.raises(RefusedError, match="common word") as caught:
        refuse_common([verdict(text)])
    assert "--qualifier" in caught.value.hint


@pytest.mark.parametrize("text", ["女", "彼女", "カブ", "said"])
def test_without_a_dictionary_everyday_text_tells_what_is_common(text):
    assert verdict(text, None).common


@pytest.mark.parametrize(
    "text", ["星野 光太郎", "ゼノヴィルカ", "美咲", "千歳", "青い鳥", "Tamsin Vell", "Zenovilka"]
)
def test_other_names_are_not(text):
    one = verdict(text)
    assert not one.common
    refuse_common([one])


def test_with_a_qualifier_a_common_word_may_be_a_name():
    one = verdict("光", qualifier=("剣士",))
    assert not one.common
    assert one.forms
    assert one.alarms == 0
    refuse_common([one])


@pytest.mark.parametrize("text", ["★", "!?", "ー"])
def test_a_name_without_letters_is_refused(text):
    one = verdict(text)
    assert (one.forms, one.common) == (0, False)
    with pytest.raises(RefusedError, match="no letters"):
        refuse_common([one])


def test_false_alarms_are_counted_in_everyday_text():
    one = verdict("Sherlock Holmes")
    assert one.alarms == one.seen > 0
    assert one.per_million == round(one.alarms * 1e6 / one.characters)
    assert 50_000 < one.characters < 200_000
    assert verdict("ゼノヴィルカ").alarms == 0


def test_a_short_name_is_seen_more_often_than_it_counts():
    one = verdict("ルカ")
    assert one.seen > one.alarms == 0


def test_kanji_without_a_reading_are_noted():
    assert verdict("星野 光太郎").unread
    assert not verdict("星野 光太郎", reading="ほしの こうたろう").unread
    assert not verdict("ゼノヴィルカ").unread


def test_a_reading_that_is_missing_comes_from_the_dictionary():
    read = {"星野": "ホシノ", "光太郎": "コウタロウ", "龘": "龘"}.__getitem__
    given = (
        Name(text="星野 光太郎"),
        Name(text="ゼノ"),
        Name(text="龘"),
        Name(text="星野", reading="せいや"),
    )
    full, kana, unknown, own = with_readings(given, read)
    assert full.reading == "ホシノ コウタロウ"
    assert (kana, unknown, own) == given[1:]


def test_names_are_judged_one_by_one():
    names = (Name(text="光"), Name(text="星野 光太郎"))
    assert [one.name for one in judge_names(names, few_words)] == list(names)
    assert [one.common for one in judge_names(names, few_words)] == [True, False]


@pytest.mark.parametrize("text", ["of the", "he said", "a girl", "私 は"])
def test_several_ordinary_words_are_refused_as_well(text):
    with pytest.raises(RefusedError, match="common word or phrase"):
        refuse_common([verdict(text)])


@pytest.mark.parametrize("text", ["Sherlock Holmes", "Black Cat", "Zenovilka Vell"])
def test_a_name_of_several_words_is_no_phrase(text):
    assert not verdict(text).common


def test_a_qualifier_that_stands_everywhere_is_none():
    assert verdict("said", qualifier=("a",)).common
    assert not verdict("said", qualifier=("Zenovilka",)).common


def test_the_registry_finds_ordinary_words_among_many_names():
    phrase, weak = Name(text="of the"), Name(text="said", qualifier=("a",))
    others = [Name(text="Sherlock Holmes"), Name(text="Said", qualifier=("Zenovilka",)), Name(text="★")]
    assert everyday_names([*others, phrase, weak, phrase]) == {phrase, weak}
    assert everyday_names([]) == frozenset()
