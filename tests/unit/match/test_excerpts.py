import pytest

from sekisho.match.excerpts import Excerpt, warm_up
from sekisho.model import Method, TextRules
from tests.texts import excerpts_of, page, phrase, words
from tests.world import World

WORK = phrase(1, 3000)
LATIN = words(1, 500)
OTHER = page(9, 500)


@pytest.fixture(scope="module")
def world():
    made = World()
    made.work = made.register_texts(made.holder, WORK, title="work")
    made.latin = made.register_texts(made.rival, LATIN, title="latin")
    made.haiku = made.register_texts(made.rival, "古池や蛙飛びこむ水の音", title="haiku")
    made.again = made.register_texts(made.stranger, "古池や 蛙飛びこむ、水の音!", title="haiku")
    made.snapshot = made.open()
    return made


def found(world, *texts, **more):
    return excerpts_of(world.snapshot, *texts, **more)


def number(world, entry):
    return world.snapshot.entry_number(entry)


def test_an_excerpt_is_named_with_its_place(world):
    (one,) = found(world, OTHER[:100] + WORK[1000:1200] + OTHER[100:200])[0]
    assert (one.entry, one.method, one.profile) == (number(world, world.work), Method.PASSAGES, "cjk")
    ((start, end),) = one.spans
    assert 100 <= start <= 111
    assert 289 <= end <= 300
    assert one.units == end - start
    assert one.seeds == one.shared > 20
    assert one.of == len(
        set(world.snapshot.texts[0].whole_rows().keys[world.snapshot.texts[0].rows.text == one.text])
    )


def test_spans_are_units_of_the_folded_text(world):
    dressed = "　「" + "、\n".join(WORK[1000 + n : 1010 + n] for n in range(0, 200, 10)) + "」"
    plain, same = (found(world, text)[0][0] for text in (WORK[1000:1200], dressed))
    assert plain == same
    assert plain.spans[0][1] <= 200


def test_a_latin_excerpt_has_its_own_profile(world):
    (one,) = found(world, OTHER + LATIN[500:800].upper())[0]
    assert (one.entry, one.profile) == (number(world, world.latin), "latin")
    assert one.spans[0][0] >= 500


@pytest.mark.parametrize("length", [10, 12, 22])
def test_what_is_shorter_than_the_guarantee_and_has_one_seed_is_nothing(world, length):
    assert found(world, OTHER[:50] + WORK[500 : 500 + length] + OTHER[50:100]) == [[]]


def test_two_places_of_one_work_are_one_excerpt_of_two_spans(world):
    (one,) = found(world, WORK[200:300] + OTHER[:300] + WORK[2000:2100])[0]
    assert len(one.spans) == 2
    assert one.spans[0][1] <= 100
    assert one.spans[1][0] >= 400


def test_each_text_has_its_own_findings(world):
    first, nothing, second, empty = found(world, WORK[:100], OTHER, LATIN[:300], "")
    assert [one.entry for one in first] == [number(world, world.work)]
    assert [one.entry for one in second] == [number(world, world.latin)]
    assert nothing == empty == []
    assert found(world) == []


def test_alone_and_in_company_are_the_same(world):
    texts = [WORK[n : n + 90] + OTHER[n : n + 90] for n in range(0, 400, 40)]
    assert [found(world, text)[0] for text in texts] == found(world, *texts)


def test_a_near_copy_is_found_though_no_two_passages_chain(world):
    """Every sentence of a work in another sequence, with other words between."""
    torn = "".join(WORK[n : n + 30] + OTHER[:70] for n in range(2970, 0, -90))
    strict = TextRules(span_cjk=500)
    (one,) = found(world, torn, rules=strict)[0]
    assert one.shared >= 20
    assert one.shared * 1000 >= 20 * one.of
    assert len(one.spans) > 20
    assert found(world, torn, rules=TextRules(span_cjk=500, near_copy=1000)) == [[]]


def test_rules_say_what_an_excerpt_is(world):
    text = OTHER + WORK[700:760]
    (one,) = found(world, text)[0]
    assert found(world, text, rules=TextRules(min_seeds=one.seeds))[0]
    assert not found(world, text, rules=TextRules(min_seeds=one.seeds + 1))[0]
    assert found(world, text, rules=TextRules(span_cjk=one.units))[0]
    assert not found(world, text, rules=TextRules(span_cjk=one.units + 1))[0]


@pytest.mark.parametrize("text", ["古池や蛙飛びこむ水の音", "前の行\n「古池や蛙、飛びこむ水の音。」\n次の行"])
def test_a_short_work_is_found_as_a_whole_line_of_every_entry_that_has_it(world, text):
    both = found(world, text)[0]
    assert {one.entry for one in both} == {number(world, world.haiku), number(world, world.again)}
    assert all((one.method, one.seeds, one.shared, one.of) == (Method.LINE, 0, 0, 0) for one in both)
    before = 3 if "前" in text else 0
    assert both[0].spans == ((before, before + 11),)


def test_a_short_work_within_a_line_is_not_found(world):
    assert found(world, "ある日古池や蛙飛びこむ水の音がした") == [[]]


def test_a_line_that_comes_back_is_one_excerpt(world):
    one, _ = found(world, "古池や蛙飛びこむ水の音\nそして\n古池や蛙飛びこむ水の音")[0]
    assert one.spans == ((0, 11), (14, 25))
    assert one.units == 22


def test_excerpts_are_ordered_by_entry(world):
    some = found(world, LATIN[:300] + "\n古池や蛙飛びこむ水の音\n" + WORK[:300])[0]
    assert [one.entry for one in some] == sorted(one.entry for one in some)
    assert {one.entry for one in some} == {
        number(world, e) for e in (world.work, world.latin, world.haiku, world.again)
    }


def test_a_work_in_a_delta_is_found_beside_those_of_the_base():
    made = World()
    first = made.register_texts(made.holder, WORK)
    snapshot = made.open()
    second, line = phrase(2, 900), made.register_texts(made.holder, "柿くへば鐘が鳴るなり", title="line")
    later = made.register_texts(made.rival, second, title="later")
    snapshot = made.advance(snapshot)
    some = excerpts_of(snapshot, WORK[:200] + second[100:300] + "\n柿くへば鐘が鳴るなり")[0]
    assert {one.entry for one in some} == {snapshot.entry_number(e) for e in (first, later, line)}


def test_a_registry_without_texts_finds_nothing():
    assert excerpts_of(World().open(), WORK, "") == [[], []]


def test_declared_copies_never_hide_a_work():
    """The attack: so many copies of a work that its own rows find no room, or that all of it is stock."""
    made = World()
    victim = made.register_texts(made.holder, WORK)
    attackers = [made.rival, made.stranger, made.operator]
    for copy in range(60):
        made.register_texts(attackers[copy % 3], WORK + page(copy, 50), title=str(copy))
    for vouched in (False, True):
        if vouched:
            made.vouch(made.voucher, made.holder)
        snapshot = made.open()
        entry = snapshot.entry_number(victim)
        copied = [one for one in excerpts_of(snapshot, WORK)[0] if one.entry == entry]
        assert copied[0].shared == copied[0].of > 60
        quoted = excerpts_of(snapshot, OTHER + WORK[1000:1200])[0]
        assert not vouched or entry in {one.entry for one in quoted}


@pytest.mark.parametrize("size", [20_000, 80_000])
def test_no_text_costs_more_than_its_length(world, size):
    """Repetitions, the same short line, and all passages of a work over and over: counted, not timed."""
    for text in (WORK * (size // 3000), "古池や蛙飛びこむ水の音\n" * (size // 12), "あ" * size):
        some = found(world, text)[0]
        assert len(some) <= 16
        assert sum(len(one.spans) for one in some) <= size // 11


def test_a_repeated_work_shares_no_more_than_it_has(world):
    once, thrice = (found(world, WORK * n)[0][0] for n in (1, 3))
    assert once.shared == thrice.shared == once.of


def test_warm_up_compiles():
    warm_up()


def test_an_excerpt_is_a_value():
    assert Excerpt(1, Method.LINE, 0, ((0, 5),), "cjk", 0, 5, 0, 0) < Excerpt(
        2, Method.LINE, 0, (), "cjk", 0, 0, 0, 0
    )
