import hashlib

import pytest

from sekisho.check import look_at
from sekisho.model import Item, TextForm, TextSource, Unreadable
from sekisho.policy import shipped_policy
from tests.world import drawn

POLICY = shipped_policy("opt-in")


def looked(data, form=TextForm.PLAIN, **source):
    item = Item(name="a", data=data, text=TextSource(form=form, **source))
    return look_at(item, policy=POLICY)


def test_a_text_is_read_as_its_reader_says():
    data = '{"prompt":"岬の灯台","n":1}'.encode()
    seen = looked(data, TextForm.JSON)
    assert seen.look.fingerprint.sha256 == hashlib.sha256(data).digest()
    assert [(field.field, field.text) for field in seen.texts.fields] == [("/prompt", "岬の灯台")]
    assert looked(data).texts.fields[0].text == data.decode()


@pytest.mark.parametrize(
    ("data", "form", "reason"),
    [
        (b"", TextForm.PLAIN, Unreadable.EMPTY),
        (b"{", TextForm.JSON, Unreadable.CORRUPT),
        (drawn(1), TextForm.PLAIN, Unreadable.CORRUPT),
    ],
)
def test_what_is_no_text_is_a_problem_and_never_an_exception(data, form, reason):
    seen = looked(data, form)
    assert seen.texts is None
    assert seen.look.problem.reason is reason
    assert seen.look.fingerprint.sha256 == hashlib.sha256(data).digest()


def test_a_picture_has_no_fields():
    assert look_at(Item(name="a", data=drawn(1)), policy=POLICY).texts is None


def test_a_record_with_none_of_the_named_fields_was_not_looked_at():
    data = b'{"body":"words","n":1}'
    assert looked(data, TextForm.JSON, fields=("body",)).texts.fields
    seen = looked(data, TextForm.JSON, fields=("bdoy",))
    assert seen.texts is None
    assert seen.look.problem.reason is Unreadable.NO_SUCH_FIELD
    assert looked(b'{"n":1}', TextForm.JSON).texts.fields == ()
