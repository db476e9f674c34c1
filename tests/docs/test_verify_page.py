"""The page that is shipped is made from web/verify, and can not do what it says that it does not."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.documents import ROOT, code_blocks

WEB = ROOT / "web" / "verify"
PAGE = ROOT / "src" / "sekisho" / "locale" / "templates" / "verify.html"
SOURCES = ("basis.ts", "build.mjs", "page.css", "page.html", "page.ts", "verify.ts", "words.ts")
MAX_LINES = 200


def page():
    return PAGE.read_text(encoding="utf-8")


def source_of(name):
    return (WEB / name).read_text(encoding="utf-8")


def test_the_page_is_made_from_the_sources_beside_it():
    digest = hashlib.sha256()
    for name in SOURCES:
        data = (WEB / name).read_bytes()
        digest.update(f"{name}\n{len(data)}\n".encode() + data)
    assert f'content="sha256:{digest.hexdigest()}"' in page(), "node web/verify/build.mjs"
    assert {path.name for path in WEB.glob("*.*s") if path.suffix != ".json"} <= {*SOURCES}


def modules():
    return os.environ.get("SEKISHO_NODE_MODULES") or str(WEB / "node_modules")


def test_the_page_can_be_built_again_to_the_byte(tmp_path):
    if shutil.which("node") is None or not Path(modules(), "esbuild").is_dir():
        pytest.skip("no esbuild: npm install in web/verify, or name a node_modules in SEKISHO_NODE_MODULES")
    output = tmp_path / "verify.html"
    environment = os.environ | {"SEKISHO_NODE_MODULES": modules()}
    subprocess.run(["node", "build.mjs", output], cwd=WEB, env=environment, check=True)  # noqa: S603, S607
    assert output.read_bytes() == PAGE.read_bytes()


def test_the_verifier_is_short_enough_to_be_read():
    lines = [line for line in source_of("verify.ts").splitlines() if line.strip()]
    assert len(lines) < MAX_LINES
    for name in ("basis.ts", "page.ts", "verify.ts"):
        assert max(map(len, source_of(name).splitlines())) <= 120, name


def test_the_verifier_imports_nothing_of_others():
    for name in ("basis.ts", "page.ts", "verify.ts", "words.ts"):
        assert set(re.findall(r'from "([^"]+)"', source_of(name))) <= {"./basis", "./verify", "./words"}


def test_the_policy_allows_the_scripts_of_the_page_and_nothing_else():
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page())[1]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page(), re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert rules.pop(rule) == f"'sha256-{digest}'"
    assert rules == {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


def test_the_page_names_no_address():
    body = page().replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?://|\bsrc=|\bhref=|@import|url\(|innerHTML|\beval\b|\bfetch\b", body) == []


def test_every_text_has_both_languages_and_the_same_places():
    pattern = r'^  "([\w.]+)": \[\s*("(?:.*?)"),\s*("(?:.*?)")\],$'
    texts = re.findall(pattern, source_of("words.ts"), re.MULTILINE | re.DOTALL)
    assert len(texts) == len(re.findall(r'^  "[\w.]+": \[', source_of("words.ts"), re.MULTILINE)) > 80
    for key, japanese, english in texts:
        ja, en = json.loads(japanese), json.loads(english)
        assert sorted(re.findall(r"\{(\w+)\}", ja)) == sorted(re.findall(r"\{(\w+)\}", en)), key
        assert re.search(r"[぀-ヿ一-鿿]", ja), key
        assert not re.search(r"[぀-ヿ一-鿿]", en), key
        assert "証明書" not in ja, key


def test_every_text_is_used():
    used = source_of("page.ts")
    families = ("kind.", "step.", "outcome.", "refusal.", "filerefusal.", "part.")
    for key in re.findall(r'^  "([\w.]+)": \[', source_of("words.ts"), re.MULTILINE):
        assert key.startswith(families) or f'"{key}"' in used, key


def test_the_tools_are_pinned_and_no_lock_names_a_host():
    made = json.loads(source_of("package.json"))
    assert made["private"] is True
    assert all(re.fullmatch(r"[0-9.]+", version) for version in made["devDependencies"].values())
    assert source_of(".npmrc").strip() == "omit-lockfile-registry-resolved=true"
    assert not (WEB / "package-lock.json").exists() or "://" not in source_of("package-lock.json")


@pytest.mark.parametrize("name", ["verify-without-trusting-us.md", "verify-without-trusting-us.ja.md"])
def test_the_step_by_hand_verifies_an_answer_and_no_changed_one(name, tmp_path):
    if missing := [tool for tool in ("jq", "openssl", "sha256sum", "base64") if shutil.which(tool) is None]:
        pytest.skip(f"the step by hand needs {missing}")
    text = (ROOT / "docs" / "how-to" / name).read_text(encoding="utf-8")
    blocks = [block for language, block in code_blocks(text) if language == "sh" and "jq " in block]
    script = "set -eu\n" + "".join(blocks)
    vectors = json.loads((ROOT / "tests" / "vectors" / "membership" / "answers.json").read_text())
    answer = vectors["cases"][0]["answer"]
    (tmp_path / "my-work.png").write_bytes(b"a work")

    def by_hand(answer):
        (tmp_path / "answer.json").write_text(answer)
        return subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603, S607

    done = by_hand(answer)
    verified, first, _, work, sealed, named = done.stdout.splitlines()
    assert (done.returncode, verified) == (0, "Signature Verified Successfully")
    assert re.fullmatch(r"[0-9a-f]{64}", first)
    assert work.startswith(hashlib.sha256(b"a work").hexdigest())
    assert sealed.split()[0] == named
    payload = json.loads(json.loads(answer)["statement"])["payload"]
    changed = payload[:-8] + ("A" if payload[-8] != "A" else "B") + payload[-7:]
    assert by_hand(answer.replace(payload, changed)).returncode != 0
