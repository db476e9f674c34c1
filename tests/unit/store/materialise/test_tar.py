import gzip
import hashlib
import io
import os
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.audit.clean import choose
from sekisho.errors import EvidenceError
from sekisho.store.materialise.order import Order
from sekisho.store.materialise.tar import rewrite_tar

JPEG = b"\xff\xd8\xff"
SAMPLES = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["jpg", "png", "cls"]), st.booleans()), max_size=9
)


def tar_of(members, form=tarfile.PAX_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(data), 1234.5, 0o640
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def rewrite(tmp_path, raw, kind="tar", *, known, denied=(), **more):
    (tmp_path / "in").write_bytes(raw)
    (tmp_path / "out").unlink(missing_ok=True)
    order = Order(known=known, denied=frozenset(denied), choose=choose, **more)
    with (tmp_path / "in").open("rb") as file:
        rewrite_tar(file.fileno(), kind, "t", os.fsencode(tmp_path / "out"), order)
    return (tmp_path / "out").read_bytes() if (tmp_path / "out").exists() else None, order.tally


def sha(data):
    return hashlib.sha256(data).digest()


MEMBERS = [
    ("a.jpg", JPEG + b"a" * 700),
    ("a.cls", b"cat"),
    ("b.jpg", JPEG + b"b" * 900),
    ("b.cls", b"dog"),
    ("long/" * 60 + "c.jpg", JPEG + b"c"),
    ("README", b"about"),
    ("d.bin", b"{}"),
]
KNOWN = {"t#a.jpg": sha(MEMBERS[0][1]), "t#b.jpg": None, "t#" + MEMBERS[4][0]: sha(MEMBERS[4][1])}


def test_members_are_byte_identical_with_their_headers(tmp_path):
    raw = tar_of(MEMBERS)
    out, tally = rewrite(tmp_path, raw, known=KNOWN)
    kept = [MEMBERS[0], MEMBERS[1], MEMBERS[4]]
    assert out == tar_of(kept)
    assert (tally.kept, tally.sidecars, tally.dropped, tally.refused) == (2, 1, 4, [])


def test_a_gzipped_tar_stays_one_and_is_the_same_every_time(tmp_path):
    raw = gzip.compress(tar_of(MEMBERS))
    out, _ = rewrite(tmp_path, raw, "tar.gz", known=KNOWN)
    assert gzip.decompress(out) == tar_of([MEMBERS[0], MEMBERS[1], MEMBERS[4]])
    assert rewrite(tmp_path, raw, "tar.gz", known=KNOWN)[0] == out


def test_a_changed_picture_takes_its_sidecar_with_it(tmp_path):
    changed = [("a.jpg", JPEG + b"other"), *MEMBERS[1:]]
    out, tally = rewrite(tmp_path, tar_of(changed), known=KNOWN)
    assert out == tar_of([MEMBERS[4]])
    assert tally.refused == ["t#a.jpg"]


def test_a_refused_picture_can_not_pass_as_a_sidecar(tmp_path):
    garbage = b"bytes that are no media"
    raw = tar_of([("a.jpg", JPEG), ("a.bin", garbage), ("b.jpg", garbage)])
    out, tally = rewrite(tmp_path, raw, known={"t#a.jpg": sha(JPEG), "t#b.jpg": None}, denied=[sha(garbage)])
    assert out is None
    assert tally.refused == ["t#a.bin"]


def test_a_cut_tar_gives_what_is_before_the_cut(tmp_path):
    out, _ = rewrite(tmp_path, tar_of(MEMBERS)[:2600], known=KNOWN)
    assert out == tar_of(MEMBERS[:1])


def test_links_are_never_kept(tmp_path):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        link = tarfile.TarInfo("a.link")
        link.type, link.linkname = tarfile.SYMTYPE, "../secret"
        archive.addfile(link)
        info = tarfile.TarInfo("a.jpg")
        info.size = 3
        archive.addfile(info, io.BytesIO(JPEG))
    raw, _ = rewrite(tmp_path, out.getvalue(), known={"t#a.jpg": sha(JPEG)})
    with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
        assert archive.getnames() == ["a.jpg"]


@given(SAMPLES)
def test_only_what_is_allowed_is_in_the_copy(tmp_path_factory, samples):
    members, known, denied = [], {}, []
    for i, (key, ext, allowed) in enumerate(samples):
        name, data = f"{key}{i % 3}.{ext}", b"%sbody-%d-" % (JPEG if ext != "cls" else b"", i)
        members.append((name, data))
        nth = sum(n == name for n, _ in members)
        item = f"t#{name}" + (f"~{nth}" if nth > 1 else "")
        if ext != "cls":
            known[item] = sha(data) if allowed else None
            denied += [] if allowed else [sha(data)]
    out, tally = rewrite(tmp_path_factory.mktemp("t"), tar_of(members), known=known, denied=denied)
    assert tally.kept + tally.sidecars + tally.dropped == len(members)
    with tarfile.open(fileobj=io.BytesIO(out or tar_of([]))) as archive:
        kept = [archive.extractfile(m).read() for m in archive]
    assert not {sha(data) for data in kept} & set(denied)
    assert [d for _, d in members if d in kept] == kept


TEXTS = [
    ("a.jpg", JPEG),
    ("a.txt", "電話は03です".encode()),
    ("a.cls", b"1"),
    ("long/" * 60 + "b.json", b'{"t":"ab"}'),
]
B = "t#" + TEXTS[3][0]


@pytest.mark.parametrize("kind", ["tar", "tar.gz"])
@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_texts_are_edited_in_their_place(tmp_path, kind, form):
    raw = tar_of(TEXTS, form)
    known = {"t#a.jpg": sha(JPEG), "t#a.txt": None, B: None}
    edits = {
        "t#a.txt": (sha(TEXTS[1][1]), [("", 3, 5, "[phone]")]),
        B: (sha(TEXTS[3][1]), [("/t", 0, 1, "")]),
    }
    packed = gzip.compress(raw) if kind == "tar.gz" else raw
    out, tally = rewrite(tmp_path, packed, kind, known=known, denied=[sha(TEXTS[1][1])], edits=edits)
    edited = [TEXTS[0], ("a.txt", "電話は[phone]です".encode()), TEXTS[2], (TEXTS[3][0], b'{"t":"b"}')]
    assert (gzip.decompress(out) if kind == "tar.gz" else out) == tar_of(edited, form)
    assert (tally.kept, tally.sidecars, tally.edited, tally.refused) == (3, 1, 2, [])


def test_a_sample_goes_with_a_text_that_can_not_be_edited(tmp_path):
    bad = [("a.jpg", JPEG), ("a.epub", b"PK"), ("b.jpg", JPEG + b"b")]
    known = {"t#a.jpg": sha(JPEG), "t#a.epub": None, "t#b.jpg": sha(JPEG + b"b")}
    edits = {"t#a.epub": (sha(b"PK"), [("x", 0, 1, "")])}
    out, tally = rewrite(tmp_path, tar_of(bad), known=known, edits=edits)
    assert out == tar_of(bad[2:])
    assert (tally.unedited, tally.edited) == (["t#a.epub"], 0)


def test_a_text_that_is_not_allowed_takes_its_sample_with_it(tmp_path):
    known = {"t#a.jpg": sha(JPEG), "t#a.txt": None, B: sha(TEXTS[3][1])}
    out, _ = rewrite(tmp_path, tar_of(TEXTS), known=known)
    assert out == tar_of(TEXTS[3:])


def test_before_texts_were_looked_at_they_were_sidecars(tmp_path):
    out, tally = rewrite(tmp_path, tar_of(TEXTS), known={"t#a.jpg": sha(JPEG)}, texts=False)
    assert out == tar_of(TEXTS[:3])
    assert tally.refused == []


def test_a_span_outside_of_a_member_is_evidence(tmp_path):
    edits = {"t#a.txt": (sha(TEXTS[1][1]), [("", 3, 99, "")])}
    with pytest.raises(EvidenceError):
        rewrite(tmp_path, tar_of(TEXTS), known={"t#a.txt": None}, edits=edits)
