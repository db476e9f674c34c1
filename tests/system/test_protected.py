"""Persons are protected from Sekisho too: what an audit leaves behind of them, and of listed files.

Every picture is drawn, the "person" too; what is "listed" is an ordinary drawing. All files of the run, of
the home and of the temporary folder are searched, and every value of every table.
"""

import base64
import hashlib
import json
import tarfile
from datetime import timedelta

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from sekisho.cli.app import main
from sekisho.fingerprint import look
from sekisho.media import Limits
from sekisho.signing import PROTECTED, open_statement
from sekisho.snapshot.protected_head import decode_protected_head, read_protected_prefix
from sekisho.store.clock import today
from tests.pictures import encode, picture
from tests.system.audit_world import World, rows, tar_of

PERSON, LISTED, WORK = 61, 62, 63
FREE = range(70, 74)
SIDE = 128


def drawn(seed, form="PNG", **options):
    return encode(picture(seed, SIDE, SIDE), form, **options)


def turned(seed):
    return encode(np.rot90(picture(seed, SIDE, SIDE)).copy(), quality=95)


def barred(seed):
    """Draw it with a bar across: near, and another PDQ."""
    canvas = picture(seed, SIDE, SIDE).copy()
    canvas[112:] = 90
    return canvas


def animation(*frames):
    drawings = (picture(frame, SIDE, SIDE) if isinstance(frame, int) else frame for frame in frames)
    first, *rest = map(Image.fromarray, drawings)
    return encode(np.asarray(first), "WEBP", lossless=True, save_all=True, append_images=rest, duration=100)


PEOPLE = {"person-copy.jpg": encode(barred(PERSON), quality=80), "person-turned.jpg": turned(PERSON)}
BANNED = {
    "listed-same.png": drawn(LISTED),
    "listed-copy.jpg": drawn(LISTED, "JPEG", quality=85),
    "listed-turned.jpg": turned(LISTED),
    "listed-within.webp": animation(70, LISTED, 71),
}
BOTH = {"both.webp": animation(70, barred(PERSON), WORK)}
OTHERS = {f"free-{seed}.png": drawn(seed) for seed in FREE} | {"work.jpg": drawn(WORK, "JPEG")}


def told(*words):
    code = main([str(word) for word in words])
    assert code == 0, f"{words} ended with {code}"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A registry with an authority, a registered drawing of a person, a listed drawing, and a dataset."""
    folder = tmp_path_factory.mktemp("protected")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEKISHO_HOME", str(folder / "home"))
        return _made(folder)


def _made(folder):
    for name in ("desk", "studio", "second", "parent", "holder"):
        told("key", "new", name)
    told("registry", "init", "--name", "Tests", "--authority", "desk")
    source = folder / "source"
    source.mkdir()
    (source / "person.png").write_bytes(drawn(PERSON))
    (source / "work.png").write_bytes(drawn(WORK))
    prints = folder / "person.jsonl"
    told("fingerprint", source / "person.png", "--likeness", "-o", prints, "--holder", "parent")
    terms = ["--relation", "guardian", "--consent", "consent-1"]
    told("register", prints, "--kind", "likeness", "--holder", "parent", *terms)
    told("fingerprint", source / "work.png", "-o", folder / "work.jsonl", "--holder", "holder")
    told("register", folder / "work.jsonl", "--holder", "holder", "--kind", "work", "--trust", "verified")
    made = look(drawn(LISTED), limits=Limits()).fingerprint
    listing = folder / "list.csv"
    listing.write_text(
        f"sha256,pdq,quality,md5\n{made.sha256.hex()},{made.pdq.hex()},{made.quality},\n,,,{'a' * 32}\nx,,,\n"
    )
    told("registry", "import", "--listed", listing, "--by", "desk", "--source", "list of tests")
    snapshot = folder / "edition.snapshot"
    told("snapshot", "publish", "-o", snapshot, "--for", "studio", "--purpose", "train")
    data = folder / "data"
    (data / "folder").mkdir(parents=True)
    for name, content in (PEOPLE | BANNED | BOTH | OTHERS).items():
        (data / "folder" / name).write_bytes(content)
        (data / "folder" / f"{name.partition('.')[0]}.txt").write_text(f"caption of {name}")
    (data / "shard.tar").write_bytes(
        tar_of([*PEOPLE.items(), *BANNED.items(), *BOTH.items(), *OTHERS.items()])
    )
    return World(folder=folder, snapshot=snapshot, on=today().isoformat())


@pytest.fixture
def world(made, monkeypatch):
    monkeypatch.setenv("SEKISHO_HOME", str(made.home))
    return made


@pytest.fixture(scope="module")
def run(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEKISHO_HOME", str(made.home))
        patch.setenv("TMPDIR", str(folder))
        ended = made.audit(made.folder / "data", out=folder / "RUN", jobs=2, format="json")
    assert ended.code == 1, ended.err
    (folder / "stdout").write_text(ended.out + ended.err)
    return folder / "RUN"


def planted(made):
    """Return what must be nowhere: bytes, digests and hashes of listed files, and rows of the section."""
    found = {}
    for name, content in BANNED.items():
        seen = look(content, limits=Limits())
        found[f"bytes of {name}"] = [content[at : at + 48] for at in range(64, len(content) - 48, 997)]
        found[f"digest of {name}"] = [seen.fingerprint.sha256]
        found[f"hash of {name}"] = [h.tobytes() for frame in seen.hashes for h in frame]
    # The other frames of the animation are those of ordinary items.
    others = look(animation(70, 71), limits=Limits()).hashes
    usual = {h.tobytes() for frame in others for h in frame}
    found["hash of listed-within.webp"] = [h for h in found["hash of listed-within.webp"] if h not in usual]
    section = made.snapshot.with_name(made.snapshot.name + ".protected").read_bytes()
    envelope, base = read_protected_prefix(memoryview(section))
    head = decode_protected_head(open_statement(envelope, PROTECTED).payload)
    likeness = section[base : base + 64 * head.likeness]
    found["a row of the section"] = [likeness[at : at + 32] for at in range(0, len(likeness), 32)]
    person = look(drawn(PERSON), limits=Limits()).fingerprint
    assert person.pdq in found["a row of the section"]
    return found


def _values(value):
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, str):
        yield value.encode()
    elif isinstance(value, dict):
        for one in value.values():
            yield from _values(one)
    elif isinstance(value, list):
        for one in value:
            yield from _values(one)


def texts(path):
    """Return all that can be read in a file: its bytes, and the values of a table."""
    data = [path.read_bytes()]
    if path.suffix == ".parquet":
        data += [value for row in pq.read_table(path).to_pylist() for value in _values(row)]
    return b"\n".join(data)


def forms(secret):
    yield secret
    yield secret.hex().encode()
    yield base64.b64encode(secret).rstrip(b"=")
    yield base64.urlsafe_b64encode(secret).rstrip(b"=")


def searched(*folders):
    for folder in folders:
        yield from (path for path in folder.rglob("*") if path.is_file())


def found_in(paths, secrets):
    hits = []
    for path in paths:
        data = texts(path)
        hits += [
            f"{what} in {path}"
            for what, some in secrets.items()
            for secret in some
            if any(form in data for form in forms(secret))
        ]
    return sorted(set(hits))


def test_the_search_finds_what_is_there(made, run):
    control = {"digest of work": [hashlib.sha256(OTHERS["work.jpg"]).digest()]}
    assert found_in(searched(run), control)
    assert found_in(searched(made.folder / "data"), planted(made))


def test_nothing_of_a_listed_file_or_of_the_section_is_written_anywhere(made, run):
    assert found_in(searched(run.parent, made.home), planted(made)) == []


def test_what_was_decided(run):
    decided = {item: (row["outcome"], row["reason"]) for item, row in rows(run).items()}
    for place in ("folder/", "shard.tar#"):
        assert {decided[place + name] for name in PEOPLE} == {("review", "protected_person")}
        assert {decided[place + name] for name in BANNED} == {("block", "listed")}
        for name in ("work.jpg", *BOTH):
            assert decided[place + name] == ("block", "verified_without_permission")
        assert {decided[f"{place}free-{seed}.png"][0] for seed in FREE} == {"allow"}


def test_the_row_of_a_person_says_only_that(run):
    for item, row in rows(run).items():
        if "person" in item and not item.endswith(".txt"):
            (finding,) = row["findings"]
            assert finding == {
                "kind": "likeness",
                "method": "protected",
                "entry": "",
                "distance": 0.0,
                "threshold": 0.0,
                "permission": "none",
                "grant": None,
                "detail": "{}",
            }


def test_the_row_of_a_listed_file_says_only_that(run):
    stated = {"item", "unit", "outcome", "reason", "leaf"}
    for item, row in rows(run).items():
        if "listed" in item and not item.endswith(".txt"):
            assert not any(value for name, value in row.items() if name not in stated), item


def test_reports_show_no_small_count_and_no_picture(run):
    facts = json.loads((run / "report.json").read_text())
    flow = {row["reason"]: row["items"] for row in facts["flow"]}
    assert (flow["protected_person"], flow["listed"]) == ("<10", "<10")
    assert (facts["totals"]["reasons"]["protected_person"], facts["totals"]["reasons"]["listed"]) == (
        "<10",
        "<10",
    )
    page = (run / "report.html").read_text()
    shown = {tile["item"].rpartition("/")[2].rpartition("#")[2] for tile in facts["tiles"]}
    assert not shown & {*PEOPLE, *BANNED, *BOTH}
    assert not [name for name in (*PEOPLE, *BANNED, *BOTH) if name in page]
    public = (run / "public.json").read_text()
    assert "<10" in public
    out = (run.parent / "stdout").read_text()
    assert '"items": "<10"' in out


@pytest.mark.usefixtures("world")
def test_what_is_shared_with_a_holder_has_no_row_of_a_person(run, tmp_path):
    told("share", run, "--registrant", "holder", "-o", tmp_path / "bundle")
    told("share", run, "--public", "-o", tmp_path / "public")
    shared = b"".join(path.read_bytes() for path in searched(tmp_path / "bundle"))
    assert b"work.jpg" in shared
    for name in (*PEOPLE, *BANNED, *BOTH):
        assert name.encode() not in shared
    public = b"".join(path.read_bytes() for path in searched(tmp_path / "public"))
    assert b"work.jpg" not in public
    assert b"<10" in public


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.usefixtures("world")
def test_explain_says_no_more(run, lang, capsys):
    for item in ("folder/person-copy.jpg", "folder/listed-copy.jpg"):
        told("explain", run, item, "--lang", lang)
        said = capsys.readouterr().out
        digits = [word for word in said.split() if word.isdigit()]
        assert "PDQ" not in said
        assert "parent" not in said, said
        assert len(digits) <= 2, said
    assert "if-you-find-illegal-material" in said


def test_every_form_says_only_the_reason(world, run, tmp_path):
    out = tmp_path / "AGAIN"
    words = world.words(out=out, again=run, jobs=1, operator=None, purpose=None, territory=None)
    code = main(
        [*words, "--format", f"sarif={tmp_path / 's.sarif'}", "--format", f"jsonl={tmp_path / 'r.jsonl'}"]
    )
    assert code == 1
    secrets = planted(world) | {
        f"digest of {name}": [hashlib.sha256(content).digest()] for name, content in PEOPLE.items()
    }
    assert found_in([tmp_path / "s.sarif", tmp_path / "r.jsonl"], secrets) == []
    assert {item: row["reason"] for item, row in rows(out).items()} == {
        item: row["reason"] for item, row in rows(run).items()
    }


def test_one_reviewer_alone_can_not_let_a_person_pass(world, run, tmp_path, monkeypatch):
    out = tmp_path / "AGAIN"
    main(world.words(out=out, again=run, jobs=1, operator=None, purpose=None, territory=None))
    (world.folder / "sekisho.toml").write_text('reviewers = ["second"]\n')
    monkeypatch.chdir(world.folder)
    items = ["folder/person-copy.jpg", "shard.tar#person-copy.jpg"]

    def allowed(by):
        for item in items:
            words = ["review", out, item, "--outcome", "allow", "--reason", "a drawing, with consent"]
            told(*words, "--by", by)
        return json.loads((out / "reviewed.json").read_text())["added"]

    def logged():
        return json.loads((out / "seal.json").read_text())["index"]

    first = logged()
    assert allowed("studio") == []
    assert allowed("studio") == [], "twice the same key is one reviewer"
    assert sorted(allowed("second")) == items
    assert logged() > first
    told("verify", out)


@pytest.mark.usefixtures("world")
def test_what_is_listed_passes_by_nobody(run, capsys):
    words = ["review", str(run), "folder/listed-same.png", "--outcome", "allow", "--reason", "x"]
    assert main([*words, "--by", "studio"]) == 2
    assert "listed" in capsys.readouterr().err


@pytest.mark.parametrize("how", ["copy", "hardlink"])
def test_clean_never_touches_them(world, run, tmp_path, how):
    out = tmp_path / "clean"
    told("clean", run, "--mode", how, "-o", out, "--dataset", world.folder / "data")
    left = {path.name for path in out.rglob("*") if path.is_file()}
    for name in (*PEOPLE, *BANNED):
        assert name not in left
        assert f"{name.partition('.')[0]}.txt" not in left
    assert "free-70.png" in left
    with tarfile.open(next(out.rglob("*.tar"))) as shard:
        members = {member.name for member in shard}
    assert not {name for name in members if "person" in name or "listed" in name}


def test_a_run_is_not_decided_again_without_a_section(world, run, tmp_path, capsys):
    section = world.snapshot.with_name(world.snapshot.name + ".protected")
    aside = section.rename(tmp_path / "aside")
    words = world.words(out=tmp_path / "A", again=run, jobs=1, operator=None, purpose=None, territory=None)
    try:
        assert main(words) == 2
        assert "--protected" in capsys.readouterr().err
        assert main([*words, "--protected", str(aside)]) == 1
    finally:
        aside.rename(section)


def test_a_section_for_another_purpose_is_refused(world, tmp_path, capsys):
    words = world.words(world.folder / "data", out=tmp_path / "RUN", purpose="generate")
    assert main(words) == 2
    assert "not for generate" in capsys.readouterr().err


def test_a_section_that_has_ended_is_refused(world, tmp_path, monkeypatch, capsys):
    later = today() + timedelta(days=30)
    monkeypatch.setattr("sekisho.cli.audit.section.today", lambda: later)
    assert main(world.words(world.folder / "data", out=tmp_path / "RUN")) == 2
    assert "nothing opens it any more" in capsys.readouterr().err
    assert not (tmp_path / "RUN" / "manifest.json").exists()
