"""What is installed is the whole of it: one version, all data files, pins for all dependencies."""

import re
import tomllib
import zipfile

import pytest
from hatchling.builders.wheel import WheelBuilder

from sekisho import __version__
from tests.docs.documents import ROOT, tracked

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
FILES = ("core.txt", "text.txt", "models.txt", "build.txt", "dev.txt", "croissant.txt")
PINNED = re.compile(
    r"^([A-Za-z0-9._-]+)==\S+ \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", re.MULTILINE
)


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_there_is_one_version():
    assert PROJECT["version"] == __version__
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("core.txt", PROJECT["dependencies"]),
        ("text.txt", PROJECT["optional-dependencies"]["text"]),
        ("models.txt", PROJECT["optional-dependencies"]["models"]),
        ("croissant.txt", ["mlcroissant", "setuptools"]),
        ("croissant-source.txt", ["jsonpath-rw"]),
    ],
)
def test_every_dependency_is_pinned_with_hashes(name, wanted):
    pinned = {normal(found) for found in PINNED.findall((ROOT / "requirements" / name).read_text())}
    assert {normal(re.split(r"[<>=\[]", one)[0]) for one in wanted} <= pinned


@pytest.mark.parametrize("name", [*FILES, "croissant-source.txt"])
def test_a_requirements_file_holds_only_pins_and_comments(name):
    left = PINNED.sub("", (ROOT / "requirements" / name).read_text())
    assert [line for line in left.splitlines() if line.strip() and not line.lstrip().startswith("#")] == []


def test_two_requirements_files_agree():
    versions: dict[str, set[str]] = {}
    for name in FILES:
        for package, version in re.findall(
            r"^([\w.-]+)==(\S+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE
        ):
            versions.setdefault(normal(package), set()).add(version)
    assert {package: found for package, found in versions.items() if len(found) > 1} == {}


def test_the_wheel_holds_every_file_of_the_package(tmp_path):
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    packed = set(zipfile.ZipFile(wheel).namelist())
    source = {
        str(p.relative_to(ROOT / "src")) for p in tracked() if p.is_relative_to(ROOT / "src" / "sekisho")
    }
    assert source <= packed
