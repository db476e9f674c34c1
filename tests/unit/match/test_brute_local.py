from sekisho.match.brute_local import Hit, brute_hits, brute_votes
from tests.traits import invented, placed, registered, with_noise

RULES = {"turn": 24, "levels": 2, "base": 512.0, "share": 0.2}


def test_every_pair_within_the_distance_is_a_hit():
    work = invented(1, 30)
    pictures = registered(work)
    hits = brute_hits(with_noise(work, 20), pictures, 20)
    assert hits == [Hit(n, n, 20) for n in range(30)]
    assert brute_hits(with_noise(work, 21), pictures, 20) == []


def test_hits_that_agree_are_votes_and_others_are_not():
    work = invented(1, 30)
    pictures = registered(work, invented(2, 30))
    item = placed(work, turn=64, at=(400, 0))
    votes = brute_votes(item, pictures, brute_hits(item, pictures, 0), **RULES)
    assert votes == {0: 30}
    mixed = item._replace(places=item.places[::-1].copy())
    assert max(brute_votes(mixed, pictures, brute_hits(mixed, pictures, 0), **RULES).values()) < 8


def test_a_feature_counts_once():
    work = invented(1, 10)
    item = work._replace(descriptors=work.descriptors[[0] * 10].copy(), places=work.places[[0] * 10].copy())
    pictures = registered(work)
    assert brute_votes(item, pictures, brute_hits(item, pictures, 0), **RULES) == {0: 1}
