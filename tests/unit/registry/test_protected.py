import hashlib
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from sekisho.model import Purpose
from sekisho.model.likeness import StatedLikeness
from sekisho.registry.likeness import examine_personal
from sekisho.registry.protected import (
    Section,
    decode_section,
    encode_section,
    entry_of,
    handle,
    handles_of,
    likeness_rows,
)
from sekisho.snapshot.protected import build_protected, open_protected
from tests.likenesses import consent, likeness, photo, withdrawal_of
from tests.parties import DAY, Party, root_of

PARENT, DESK, LUMEN, KUMO = (Party(name=n) for n in ("parent", "desk", "lumen", "kumo"))
ROOT = root_of(DESK, DESK)
FILLING = b"f" * 32


def section(seed=1, recipient=LUMEN, **said):
    given = {
        "edition": 3,
        "snapshot": "00" * 32,
        "recipient": recipient.key,
        "purpose": Purpose.TRAIN,
        "created": DAY,
        "expires": DAY + timedelta(days=30),
        "secret": hashlib.sha256(b"secret %d" % seed).digest(),
    }
    return Section(**(given | said))


def registered(*photos, **more):
    return StatedLikeness(likeness=examine_personal(likeness(PARENT, *photos)).noun, **more)


ONE, TWO = registered(1, 2), registered(3)


def rows(*stated, of=None):
    return likeness_rows(stated, ROOT, of or section(), filling=FILLING)


def test_the_record_of_a_section_comes_back_as_it_went():
    assert decode_section(encode_section(section())) == section()


def test_a_handle_leads_back_to_its_photo_with_the_secret_and_not_without():
    made = handles_of(section(), ONE)
    assert [entry_of(h, section(), [TWO, ONE]) for h in made] == [(ONE.likeness.id, 0), (ONE.likeness.id, 1)]
    assert entry_of(made[0], section(2), [TWO, ONE]) is None
    assert entry_of(bytes(32), section(), [TWO, ONE]) is None


def test_two_editions_have_no_handle_in_common():
    first, second = ({h for h, _ in rows(ONE, TWO, of=section(n)).rows} for n in (1, 2))
    assert first.isdisjoint(second)


def test_a_secret_has_32_bytes():
    with pytest.raises(ValueError, match="32"):
        handle(b"short", "l-1", 0)


def test_every_photo_has_its_row_and_the_rest_is_filled_up():
    made = rows(ONE, TWO)
    assert len(made.rows) == 64
    pdqs = [pdq for _, pdq in made.rows]
    assert {photo(n).pdq for n in (1, 2, 3)} <= set(pdqs)
    assert made.entries == (ONE.likeness.id, TWO.likeness.id)
    assert len({h for h, _ in made.rows}) == 64


def test_the_size_does_not_tell_how_many_are_registered():
    assert len(rows().rows) == len(rows(ONE).rows) == len(rows(ONE, TWO).rows) == 64
    many = [registered(*range(100 * n, 100 * n + 64)) for n in range(1, 3)]
    assert len(rows(many[0]).rows) == 64
    assert len(rows(*many, ONE).rows) == 192


def test_what_a_section_is_filled_up_with_stays_the_same_and_looks_like_a_pdq():
    nobody = [{pdq for _, pdq in rows(of=section(n)).rows} for n in (1, 2)]
    assert nobody[0] == nobody[1]
    bits = np.unpackbits(np.frombuffer(b"".join(nobody[0]), np.uint8).reshape(64, 32), axis=1)
    assert (bits.sum(axis=1) == 128).all()
    # No two of them are near, so that no picture is near two.
    apart = (bits[:, None] != bits[None]).sum(axis=2) + 256 * np.eye(64, dtype=int)
    assert apart.min() > 62


def test_who_is_withdrawn_lapsed_or_consents_is_not_in_it():
    ended = examine_personal(withdrawal_of(PARENT, ONE.likeness.id)).noun
    given = examine_personal(consent(PARENT, LUMEN, ONE.likeness.id)).noun
    for gone in (
        replace(ONE, withdrawals=(ended,)),
        replace(ONE, consents=(given,)),
        replace(ONE, likeness=replace(ONE.likeness, until=DAY)),
    ):
        of = section(created=DAY + timedelta(days=1), expires=DAY + timedelta(days=31))
        assert rows(gone, TWO, of=of).entries == (TWO.likeness.id,)
    for stays in (section(recipient=KUMO), section(purpose=Purpose.GENERATE)):
        assert len(rows(replace(ONE, consents=(given,)), of=stays).entries) == 1


def test_the_section_opens_for_its_operator_and_says_nothing_but_pdqs():
    of, made = section(), rows(ONE, TWO)
    data = build_protected(
        registry=DESK.key,
        edition=of.edition,
        snapshot=of.snapshot,
        recipient=of.recipient,
        purpose=of.purpose,
        created=of.created,
        expires=of.expires,
        likeness=made.rows,
        listed=(),
        signer=DESK,
    )
    said = [PARENT.key, ONE.likeness.id, "guardian", "consent-1", of.secret.hex()]
    said += [photo(n).sha256.hex() for n in (1, 2, 3)]
    assert not any(text.encode() in data for text in said)
    assert not any(raw in data for raw in (of.secret, *(photo(n).sha256 for n in (1, 2, 3))))
    dropped = handles_of(of, ONE)
    opened = open_protected(data, trusted=[DESK.key], recipient=LUMEN.key, on=DAY, dropped=dropped)
    assert len(opened.likeness[0]) == 62
    assert photo(1).pdq not in opened.likeness[0].tobytes()
    assert photo(3).pdq in opened.likeness[0].tobytes()
