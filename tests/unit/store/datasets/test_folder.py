import os

from sekisho.model import Unreadable
from sekisho.store.datasets.files import Terms
from sekisho.store.datasets.folder import read_files
from sekisho.store.datasets.unit import Mark, Member, Unit, pack

JPEG = b"\xff\xd8\xff" + bytes(500)


def unit_of(*members, number=0):
    return Unit(
        dataset="d",
        number=number,
        kind="folder",
        path="",
        start=0,
        stop=len(members),
        items=len(members),
        bytes=0,
        members=pack(members),
    )


def seen(tmp_path, unit):
    items = read_files(os.fsencode(tmp_path), unit, Terms(1 << 20))
    return [i and (i.name, i.problem.reason if i.problem else i.data) for i in items]


def test_files_are_read_and_numbered(tmp_path):
    (tmp_path / "a.jpg").write_bytes(JPEG)
    (tmp_path / "b.txt").write_bytes(b"text")
    (tmp_path / "c.bin").write_bytes(b"text")
    unit = unit_of(
        *(Member(b"a.jpg", 0, 0, len(JPEG), Mark.READ), Member(b"b.txt", 0, 0, 4, Mark.READ)),
        Member(b"c.bin", 0, 0, 4, Mark.READ),
        number=3,
    )
    assert seen(tmp_path, unit) == [("3:a.jpg", JPEG), ("3:b.txt", b"text"), None]


def test_what_the_plan_knows_is_said(tmp_path):
    unit = unit_of(
        Member(b"l.jpg", 0, 0, 0, Mark.LINK_OUTSIDE),
        Member(b"p.parquet", 0, 0, 0, Mark.CORRUPT),
        Member(b"x", 0, 0, 0, Mark.SKIP),
    )
    assert seen(tmp_path, unit) == [
        ("l.jpg", Unreadable.LINK_OUTSIDE),
        ("p.parquet#", Unreadable.CONTAINER_CORRUPT),
        None,
    ]


def test_another_size_than_planned_is_a_change(tmp_path):
    (tmp_path / "a.jpg").write_bytes(JPEG)
    unit = unit_of(Member(b"a.jpg", 0, 0, 7, Mark.READ), Member(b"b.jpg", 0, 0, 7, Mark.READ))
    assert [why for _, why in seen(tmp_path, unit)] == [Unreadable.CHANGED_WHILE_READ] * 2
