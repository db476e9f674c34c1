from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from sekisho.codec import decode_common
from sekisho.codec.likeness import decode_likeness, decode_verification, encode_likeness
from sekisho.errors import RefusedError
from sekisho.fingerprint import look
from sekisho.media import Limits
from sekisho.model.likeness import LikenessPrint, StatedLikeness
from sekisho.registry.likeness_reach import reaches, refuse_common_photos
from sekisho.signing import COMMON, VERIFICATION, read_payload
from sekisho.trace.turned import turned_hashes
from tests.likenesses import likeness_noun, photo, verification
from tests.parties import DAY, Party, a_print, common, root_of
from tests.pictures import encode, picture

PARENT, OTHER, DESK = Party(name="parent"), Party(name="other"), Party(name="desk")
ROOT = root_of(DESK, DESK)


def of_picture(pixels):
    made = look(encode(np.ascontiguousarray(pixels)), limits=Limits()).fingerprint
    return LikenessPrint(sha256=made.sha256, pdq=made.pdq, quality=made.quality)


def with_photos(*prints, holder=PARENT):
    return replace(likeness_noun(holder, 1), prints=prints)


@pytest.fixture
def listed():
    """Put a drawing on the list of common content."""
    seen = of_picture(picture(5, 128, 128))
    on_list = replace(a_print(1), sha256=seen.sha256, pdq=seen.pdq)
    return [decode_common(read_payload(common(DESK, on_list), COMMON))]


def flipped(pdq, bits):
    return (int.from_bytes(pdq) ^ ((1 << bits) - 1)).to_bytes(32)


def test_what_is_nobodys_alone_is_no_photo_of_a_person(listed):
    same = of_picture(picture(5, 128, 128))
    others = [
        replace(same, pdq=photo(1).pdq),
        replace(same, sha256=bytes(32)),
        # Whoever alters the hash that he states by hand holds back the same copies.
        replace(same, sha256=bytes(32), pdq=flipped(same.pdq, 31)),
        of_picture(picture(5, 128, 128)[:, ::-1]),
        of_picture(np.rot90(picture(5, 128, 128))),
    ]
    for one in others:
        with pytest.raises(RefusedError, match="common content"):
            refuse_common_photos(with_photos(photo(7), one), listed, turned_hashes)


def test_other_photos_are_taken_and_so_are_all_where_nothing_is_listed(listed):
    refuse_common_photos(with_photos(photo(7)), listed, turned_hashes)
    refuse_common_photos(with_photos(of_picture(picture(5, 128, 128))), [], turned_hashes)


def test_the_desk_sees_what_an_unverified_registration_holds_back():
    work, scene = of_picture(picture(5, 128, 128)), of_picture(picture(6, 128, 128)[::-1])
    claimed = with_photos(work, of_picture(picture(6, 128, 128)), photo(7))
    own = with_photos(photo(9), holder=OTHER)
    stated = [StatedLikeness(likeness=own), StatedLikeness(likeness=claimed)]
    first, second = reaches(
        stated,
        ROOT,
        DAY,
        works=[work.pdq, photo(3).pdq],
        background=[[scene.pdq, scene.pdq], [photo(4).pdq], []],
        turned=turned_hashes,
    )
    assert (first.entry, first.holder, first.photos) == (claimed.id, PARENT.key, 3)
    assert (first.works, first.background) == (1, 1)
    assert (second.holder, second.works, second.background) == (OTHER.key, 0, 0)


def test_what_is_verified_or_over_is_not_listed():
    noun = likeness_noun(PARENT, 1)
    likeness = decode_likeness(encode_likeness(noun))
    one = StatedLikeness(likeness=likeness)
    asked = {"works": [], "background": None, "turned": turned_hashes}
    (reach,) = reaches([one], ROOT, DAY, **asked)
    assert reach.background is None
    assert reaches([one], ROOT, likeness.until + timedelta(days=1), **asked) == ()
    seen = decode_verification(read_payload(verification(DESK, likeness.id), VERIFICATION))
    assert reaches([replace(one, verifications=(seen,))], ROOT, DAY, **asked) == ()
