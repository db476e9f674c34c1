from sekisho.lexicon.words import Word


def test_a_word_is_known_unless_it_is_said_not_to_be():
    assert Word(0, 2, "関所", ("名詞",)).known
    assert not Word(0, 2, "関所", ("名詞",), known=False).known
