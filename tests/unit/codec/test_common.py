import json

import pytest
from hypothesis import given

from sekisho.codec import canonical, decode_common, encode_common, parse
from sekisho.errors import InputError
from sekisho.model import Common, Print
from tests.parties import DAY, a_print, film_of, passages_of, traits_of, traits_print
from tests.strategies import keys, labels

KEY = "ed25519:" + "A" * 43


def stated(print_, **change):
    made = Common(id="", by=KEY, title="a sign", on=DAY, print=print_)
    return canonical(parse(encode_common(made)) | change)


@given(keys, labels)
def test_common_content_comes_back(key, title):
    for p in (a_print(1), traits_print(2, traits_of(1)), Print(sha256=bytes(32), quality=3)):
        made = Common(id="", by=key, title=title, on=DAY, print=p)
        read = decode_common(encode_common(made))
        assert (read.by, read.title, read.on, read.print) == (key, title, DAY, p)
        assert read.id.startswith("c-")


@pytest.mark.parametrize(
    "payload",
    [
        stated(a_print(1), v=2),
        stated(a_print(1), more=1),
        stated(a_print(1), by="somebody"),
        stated(a_print(1), on="2026-02-30"),
        stated(a_print(1), title="x" * 201),
        stated(a_print(1), print={}),
        stated(a_print(1), print=[]),
        stated(a_print(1, "file.png")),
        stated(traits_print(1, film_of(1), film=True)),
        stated(Print(sha256=bytes(32), passages=passages_of(1), decode_profile="passages-1")),
        stated(Print(sha256=None, pdq=bytes(32), quality=80, decode_profile="unknown")),
    ],
)
def test_what_is_no_picture_of_ones_own_making_is_refused(payload):
    with pytest.raises(InputError):
        decode_common(payload)


def test_a_print_of_another_form_is_refused():
    document = json.loads(stated(a_print(1)))
    document["print"]["pdq"] = "00"
    with pytest.raises(InputError):
        decode_common(canonical(document))
