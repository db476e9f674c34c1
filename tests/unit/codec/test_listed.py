"""Lists of files in canonical JSON: what is signed comes back, and only its one form is read."""

import base64

import pytest

from sekisho.codec import canonical, parse
from sekisho.codec.listed import decode_listed, encode_listed
from sekisho.errors import InputError
from sekisho.model.listed import Listed
from tests.parties import DAY, Party

LISTED = Listed(
    id="",
    by=Party(name="authority").key,
    source="desk",
    on=DAY,
    files=(bytes(32), b"\1" * 32),
    pictures=(b"\2" * 32,),
)


def test_a_list_comes_back():
    made = decode_listed(encode_listed(LISTED))
    assert (made.by, made.source, made.on, made.files, made.pictures) == (
        LISTED.by,
        LISTED.source,
        LISTED.on,
        LISTED.files,
        LISTED.pictures,
    )
    assert made.id.startswith("k-")


def coded(*hashes):
    return base64.b64encode(b"".join(hashes)).decode()


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"by": "somebody"},
        {"on": "today"},
        {"source": "x" * 201},
        {"files": coded(b"\1" * 32, bytes(32))},
        {"files": coded(bytes(32), bytes(32))},
        {"files": coded(bytes(31))},
        {"files": coded(bytes(32))[:-1]},
        {"files": coded(bytes(32)) + "\n"},
        {"files": coded(bytes(32)).replace("AA=", "AB=")},
        {"files": "", "pictures": ""},
        {"title": "what it shows"},
    ],
    ids=str,
)
def test_another_form_is_refused(change):
    with pytest.raises(InputError):
        decode_listed(canonical(parse(encode_listed(LISTED)) | change))
