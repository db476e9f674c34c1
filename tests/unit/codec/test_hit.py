import json
from datetime import date

import pytest

from sekisho.codec import canonical
from sekisho.codec.hit import decode_draft, encode_draft, hit_id
from sekisho.errors import InputError
from sekisho.model import GrantId, Permission
from sekisho.model.hit import Cause, Nearness, Store
from tests.hits import HANDLE, draft, hit, protected

HITS = [
    hit(),
    protected(),
    hit(store=Store.GENERATIONS, nearness=Nearness.EXACT),
    hit(cause=Cause.REVOKED, grant=GrantId("g-" + "2" * 32), then=Permission.GRANTED),
]


@pytest.mark.parametrize("one", HITS)
def test_a_draft_is_read_as_it_was_written(one):
    assert decode_draft(encode_draft(draft(one))) == draft(one)


def test_a_hit_has_one_id_on_whatever_day_it_is_found():
    assert hit_id(hit()) == hit_id(hit(on=date(2027, 1, 1), count=9, now=Permission.GRANTED))
    assert len({hit_id(one) for one in (*HITS, hit(cause=Cause.WITHDRAWN), hit(record="cd" * 32))}) == 6


def changed(of, **more):
    body = json.loads(encode_draft(draft(of)))
    return canonical(body | {"hit": body["hit"] | more})


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{}",
        changed(hit(), title="灯台"),
        changed(protected(), nearness="exact"),
        changed(protected(), entry="e-" + "1" * 32),
        changed(protected(), trust="verified"),
        changed(hit(), rows=[]),
        changed(hit(), rows=["a"] * 101, count=101),
        changed(hit(), handle=HANDLE),
        changed(hit(), record="RUN"),
        changed(hit(), on="2026-02-30"),
    ],
)
def test_another_form_is_refused(payload):
    with pytest.raises(InputError):
        decode_draft(payload)


def test_a_draft_about_a_protected_person_that_names_a_registrant_is_refused():
    body = json.loads(encode_draft(draft(protected())))
    with pytest.raises(InputError):
        decode_draft(canonical(body | {"desk": "registrant"}))
