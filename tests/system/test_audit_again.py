"""Runs that are decided again: the same rows as a full audit, without media where none is needed."""

import io
import json
import shutil

import numpy as np
import pytest
from PIL import Image

from sekisho.cli.app import main
from tests.pictures import encode, picture
from tests.system.audit_world import evidence, file_of, mixed, rows

SHARDS, EACH = 8, 8
EXACT = 'base = "opt-in"\n[match]\ndepth = "exact"\n'


def animated(*seeds):
    frames = [Image.fromarray(picture(seed, 64, 64)) for seed in seeds]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    return out.getvalue()


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """All kinds of containers, and a folder of what is hard to compare."""
    folder = tmp_path_factory.mktemp("data") / "mixed"
    mixed(folder, shards=SHARDS, each=EACH)
    hard = folder / "hard"
    hard.mkdir()
    (hard / "mirrored.png").write_bytes(encode(np.ascontiguousarray(picture(11, 96, 80)[:, ::-1]), "PNG"))
    (hard / "animated.webp").write_bytes(animated(900, 901, 902))
    (hard / "flat.png").write_bytes(encode(np.full((64, 64, 3), 90, np.uint8), "PNG"))
    (hard / "broken.jpg").write_bytes(file_of("free")[:700])
    (hard / "empty.png").write_bytes(b"")
    (hard / "note.cls").write_text("no picture")
    return folder


@pytest.fixture(scope="module")
def first(made_world, dataset, tmp_path_factory):
    run = tmp_path_factory.mktemp("first") / "RUN"
    ended = made_world.audit(dataset, out=run, jobs=2, max_unreadable=2)
    assert ended.code == 1, ended.err
    return run


def again(world, run, out, **options):
    """Decide a run again; everything but the edition and the day is the run's own."""
    given = dict.fromkeys(("operator", "purpose", "territory"), None) | {"max_unreadable": 2, "jobs": 1}
    ended = world.command(*world.words(out=out, again=run, **given | options))
    assert "Traceback" not in ended.err, ended.err
    return ended


def without_unit(run):
    """Return all rows, without what is another in every run."""
    return {
        item: {k: v for k, v in row.items() if k not in {"unit", "leaf"}} for item, row in rows(run).items()
    }


@pytest.fixture
def newer(world, tmp_path, monkeypatch):
    """Publish an edition with one more grant and one more work, in a home of its own."""
    works = tmp_path / "new.png"
    works.write_bytes(file_of("free", 4, "PNG"))
    home = tmp_path / "home"
    shutil.copytree(world.home, home)
    monkeypatch.setenv("SEKISHO_HOME", str(home))
    terms = ["--purpose", "train", "--territory", "JP", "--from", "2000-01-01", "--until", "2099-12-31"]
    assert main(["grant", "give", "--holder", "kaido", "--to", "studio", *terms]) == 0
    prints = str(tmp_path / "new.jsonl")
    assert main(["fingerprint", str(works), "-o", prints, "--holder", "kaido"]) == 0
    assert main(["register", prints, "--holder", "kaido", "--kind", "work", "--trust", "verified"]) == 0
    edition = tmp_path / "newer.snapshot"
    assert main(["snapshot", "publish", "-o", str(edition)]) == 0
    monkeypatch.setenv("SEKISHO_HOME", str(world.home))
    return edition


def test_a_change_of_mind_is_decided_without_reading_media(world, dataset, first, newer, tmp_path):
    away = dataset.with_name("away")
    dataset.rename(away)
    try:
        ended = again(world, first, tmp_path / "AGAIN", snapshot=newer)
        refused = again(world, first, tmp_path / "NONE", policy=exact_policy(tmp_path), allow_stale=True)
    finally:
        away.rename(dataset)
    assert ended.code == 0, ended.err
    assert "block" not in {row["outcome"] for item, row in rows(first).items() if "free" in item}
    assert world.audit(dataset, out=tmp_path / "FULL", snapshot=newer, max_unreadable=2).code == 0
    assert without_unit(tmp_path / "AGAIN") == without_unit(tmp_path / "FULL")
    manifests = [json.loads((tmp_path / n / "manifest.json").read_bytes()) for n in ("AGAIN", "FULL")]
    for key in ("totals", "clean", "snapshot", "policy", "use", "datasets", "operator"):
        assert manifests[0][key] == manifests[1][key], key
    assert manifests[0]["parent"]["root"] == json.loads((first / "manifest.json").read_bytes())["root"]
    assert "a grant was given" in ended.out
    assert refused.code == 1, refused.err


def exact_policy(folder):
    policy = folder / "exact.toml"
    policy.write_text(EXACT)
    return policy


def test_what_changed_is_told_sealed_and_explained(world, first, newer, tmp_path):
    out = tmp_path / "AGAIN"
    ended = again(world, first, out, snapshot=newer, format="json")
    facts = json.loads(ended.out)["again"]
    kinds = {(t["from"]["outcome"], t["to"]["outcome"], *t["why"]): t["items"] for t in facts["transitions"]}
    assert kinds["block", "allow", "grant_given"] > 0
    assert kinds["allow", "allow", "entry_new"] > 0
    assert facts["snapshot"]["from"]["edition"] < facts["snapshot"]["to"]["edition"]
    lines = [json.loads(line) for line in (out / "changes.jsonl").read_text().splitlines()]
    assert len(lines) == facts["changed"] == sum(kinds.values())
    assert world.command("verify", str(out), "--lang", "en").code == 0
    (out / "changes.jsonl").write_bytes(b"")
    changed = world.command("verify", str(out), "--lang", "en")
    assert (changed.code, "changes.jsonl" in changed.err) == (4, True)
    item = next(line["item"] for line in lines if line["to"]["outcome"] == "allow")
    assert item in world.command("explain", str(out), item, "--lang", "en", "--snapshot", str(newer)).out


def test_a_deeper_policy_reads_the_dataset_again(world, dataset, first, tmp_path):
    shallow = tmp_path / "SHALLOW"
    assert again(world, first, shallow, policy=exact_policy(tmp_path), allow_stale=True).code == 1
    assert not any(row["pdq"] for row in rows(shallow).values())
    same = again(world, shallow, tmp_path / "SAME", allow_stale=True)
    assert (same.code, "nothing changed" in same.out) == (1, True), same.err
    ended = again(world, shallow, tmp_path / "DEEP", policy="opt-in", jobs=2, allow_stale=True)
    assert (ended.code, "read again" in ended.err) == (1, True), ended.err
    assert without_unit(tmp_path / "DEEP") == without_unit(first)
    away = dataset.with_name("away")
    dataset.rename(away)
    try:
        refused = again(world, shallow, tmp_path / "NONE", policy="opt-in", allow_stale=True)
        moved = world.words(
            away, out=tmp_path / "MOVED", again=shallow, policy="opt-in", operator=None, purpose=None
        )
        other_name = world.command(*moved)
    finally:
        away.rename(dataset)
    assert (refused.code, "is not there" in refused.err) == (2, True)
    assert (other_name.code, "is not the dataset mixed" in other_name.err) == (2, True)
    assert not (tmp_path / "NONE").exists()


def test_clean_and_report_work_on_it(world, first, newer, tmp_path):
    out = tmp_path / "AGAIN"
    assert again(world, first, out, snapshot=newer).code == 0
    assert world.command("clean", str(out), "--out", str(tmp_path / "CLEAN")).code == 0
    assert {path.name for path in (tmp_path / "CLEAN" / "hard").iterdir()} == {
        "mirrored.png",
        "animated.webp",
    }
    assert world.command("report", str(out), "-o", str(tmp_path / "r.html")).code == 0
    assert 'src="data:image/jpeg' in (out / "report.html").read_text()


def test_an_interrupted_one_goes_on_to_the_same_bytes(world, first, newer, tmp_path):
    whole, part = tmp_path / "WHOLE", tmp_path / "PART"
    for out in (whole, part):
        assert again(world, first, out, snapshot=newer).code == 0
    for name in ("seal.json", "receipt.tlog-proof", "manifest.json", "changes.jsonl"):
        (part / name).unlink()
    next((part / "commits").iterdir()).unlink()
    assert again(world, first, part, snapshot=newer, resume=True).code == 0
    assert evidence(part) == evidence(whole)
    assert (part / "changes.jsonl").read_bytes() == (whole / "changes.jsonl").read_bytes()


def test_bad_input_is_named(world, first, tmp_path):
    inside, itself = again(world, first, first / "NEW"), again(world, first, first)
    assert [e.code for e in (inside, itself)] == [2, 2]
    assert "lie within one another" in inside.err
    assert "lie within one another" in itself.err
    nothing = again(world, tmp_path / "nothing", tmp_path / "NEW")
    assert (nothing.code, "there is no" in nothing.err) == (2, True)
    copy = tmp_path / "COPY"
    shutil.copytree(first, copy)
    (copy / "seal.json").unlink()
    unsealed = again(world, copy, tmp_path / "NEW")
    assert (unsealed.code, "not finished" in unsealed.err) == (2, True)
    shutil.copy(first / "seal.json", copy)
    part = next((copy / "decisions").iterdir())
    part.write_bytes(part.read_bytes()[:-1] + b"\0")
    changed = again(world, copy, tmp_path / "NEW")
    assert (changed.code, part.name in changed.err) == (4, True)
    sampled = again(world, first, tmp_path / "NEW", sample=3)
    assert (sampled.code, "--sample" in sampled.err) == (2, True)
    assert not (tmp_path / "NEW").exists()
