import hashlib

import pytest

from sekisho.audit.clean import choose
from sekisho.model import TextForm
from sekisho.store.materialise.order import Order, Tally, form_of, hash_pieces, verdict

A, B, EMPTY = (hashlib.sha256(x).digest() for x in (b"a", b"b", b""))


@pytest.mark.parametrize(
    ("item", "digest", "media", "answer", "refused"),
    [
        ("good", A, True, True, False),
        ("good", B, True, False, True),
        ("bad", B, True, False, False),
        ("new", A, True, False, True),
        ("side", A, False, None, False),
        ("side", B, False, False, True),
        ("side", EMPTY, False, None, False),
        ("bad", A, False, False, False),
    ],
)
def test_verdicts(item, digest, media, answer, refused):
    order = Order(known={"good": A, "bad": None}, denied=frozenset((B, EMPTY)), choose=choose)
    assert verdict(order, item, digest, media=media) is answer
    assert order.tally.refused == ([item] if refused else [])


def test_an_allowed_digest_that_is_also_denied_is_refused():
    order = Order(known={"good": A}, denied=frozenset((A,)), choose=choose)
    assert verdict(order, "good", A, media=True) is False


def test_a_tally_counts():
    tally = Tally()
    for kept, media in ((True, True), (True, False), (False, True), (False, False)):
        tally.count(kept=kept, media=media, size=5)
    assert (tally.kept, tally.sidecars, tally.dropped, tally.bytes) == (1, 1, 2, 10)


def test_before_texts_were_looked_at_they_were_sidecars():
    def order(**more):
        return Order(known={}, denied=frozenset(), choose=choose, **more)

    assert form_of(order(), b"a.txt") is TextForm.PLAIN
    assert form_of(order(texts=False), b"a.txt") is None
    assert form_of(order(texts=False), b"a.jpg") is True


def test_pieces_are_hashed_as_they_pass():
    pieces, out = iter([b"a", b"b", b""]), []
    assert hash_pieces(lambda _: next(pieces), 9, out.append) == hashlib.sha256(b"ab").digest()
    assert out == [b"a", b"b"]
