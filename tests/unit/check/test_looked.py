import hashlib
from dataclasses import replace

import pytest

from sekisho.check import Looked, Unread, glance_at, look_at
from sekisho.check.looked import LATE_BYTES, read_late
from sekisho.model import Item, TextForm, TextSource, Unfingerprintable, Unreadable
from sekisho.policy import shipped_policy
from tests.world import drawn

POLICY = shipped_policy("opt-in")
NO_PERSONAL = replace(POLICY, text=replace(POLICY.text, personal=None))


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


@pytest.mark.parametrize(
    "item",
    [
        Item(name="a", data=b"{}", text=TextSource(form=TextForm.PLAIN)),
        Item(name="a", data=b"{}", text=TextSource(form=TextForm.JSON, fields=("text",))),
        Item(name="a", data=b"{}", text=TextSource(form=TextForm.JSON, charset="shift_jis")),
        Item(name="a", data=b" " * (LATE_BYTES + 1), text=TextSource(form=TextForm.JSON)),
        Item(name="a", data=b"", text=TextSource(form=TextForm.JSON)),
        Item(name="a", data=None, problem=Unfingerprintable(reason=Unreadable.TOO_LARGE)),
        Item(name="a", data=drawn(1)),
    ],
)
def test_only_a_short_record_of_which_all_is_read_can_wait(item):
    assert isinstance(glance_at(item, policy=NO_PERSONAL), Looked)


def test_a_record_that_waited_is_read_as_it_would_have_been():
    for data in (b'{"a":"b"}', b'{"a":', b"[1]", b"\x83\x66"):
        item = Item(name="a", data=data, text=TextSource(form=TextForm.JSON))
        waiting = glance_at(item, policy=NO_PERSONAL)
        assert waiting == Unread("a", data, hashlib.sha256(data).digest())
        assert read_late(waiting) == look_at(item, policy=NO_PERSONAL)
        assert glance_at(item, policy=POLICY) == look_at(item, policy=POLICY)
