import hmac

import numpy as np
import pytest

from sekisho.errors import RefusedError
from sekisho.model import UNKNOWN_PROFILE, Print
from sekisho.registry.picture_codes import CODE_BYTES, codes_of, refuse_known
from sekisho.trace.turned import turned_hashes
from tests.parties import a_print
from tests.recorded import flipped, random_hashes

PICTURE = a_print(1)


def mac(data, key=b"secret"):
    return hmac.digest(key, data, "sha256")


KNOWN = codes_of([PICTURE, a_print(2)], mac, turned_hashes)


def is_known(print_, known=KNOWN, mac=mac):
    try:
        refuse_known([a_print(90), print_], known, mac)
    except RefusedError:
        return True
    return False


def of_hash(pdq):
    return Print(sha256=b"\0" * 32, pdq=bytes(pdq), quality=90)


def test_the_same_file_and_the_same_picture_are_known_again():
    assert is_known(PICTURE)
    assert is_known(Print(sha256=PICTURE.sha256, quality=10))
    assert is_known(of_hash(PICTURE.pdq))
    assert is_known(Print(sha256=None, pdq=PICTURE.pdq, decode_profile=UNKNOWN_PROFILE))


@pytest.mark.parametrize(("bits", "least"), [(2, 1.0), (8, 0.96), (12, 0.5)])
def test_near_copies_are_known_again(bits, least):
    copies = [flipped(PICTURE.pdq, bits, seed) for seed in range(100)]
    assert np.mean([is_known(of_hash(one)) for one in copies]) >= least


def test_turned_copies_are_known_again():
    (turned,) = turned_hashes(np.frombuffer(PICTURE.pdq, np.uint8).reshape(1, 32))
    assert all(is_known(of_hash(flipped(one, 4))) for one in turned)


def test_other_pictures_are_not_known():
    assert not any(is_known(of_hash(one)) for one in random_hashes(200))
    assert not is_known(of_hash(flipped(PICTURE.pdq, 60)))
    assert not is_known(PICTURE, known=frozenset())


def test_who_lacks_the_key_can_test_nothing():
    assert not is_known(PICTURE, mac=lambda data: mac(data, b"another"))
    held = b"".join(sorted(KNOWN))
    for raw in (PICTURE.sha256, PICTURE.pdq):
        assert not any(raw[at : at + CODE_BYTES] in held for at in range(25))
    assert {len(code) for code in KNOWN} == {CODE_BYTES}


def test_a_refusal_says_neither_which_nor_why():
    with pytest.raises(RefusedError) as caught:
        refuse_known([a_print(90), PICTURE], KNOWN, mac)
    said = f"{caught.value} {caught.value.hint}"
    assert "person" not in said.replace("where a person looks at it", "")
    assert PICTURE.sha256.hex()[:8] not in said
