from pathlib import Path

import pytest

import sekisho
from sekisho.store.home import cache_dir
from sekisho.store.kernels import ROOMS, kernels_dir

KERNEL = "import numba\n\n\n@numba.njit(cache=True)\ndef one():\n    return 1\n"


@pytest.fixture
def package(tmp_path):
    for room in ROOMS:
        (tmp_path / room / "deep").mkdir(parents=True)
    (tmp_path / "match" / "deep" / "kernel.py").write_text(KERNEL)
    (tmp_path / "match" / "plain.py").write_text("ONE = 1\n")
    return tmp_path


def test_a_kernel_that_changes_gets_a_folder_of_its_own(package):
    before = kernels_dir(package)
    assert before.parent == cache_dir() / "numba"
    assert kernels_dir(package) == before
    (package / "match" / "deep" / "kernel.py").write_text(KERNEL.replace("1\n", "2\n"))
    assert kernels_dir(package) != before


def test_what_is_no_kernel_changes_nothing(package):
    before = kernels_dir(package)
    (package / "match" / "plain.py").write_text("ONE = 2\n")
    assert kernels_dir(package) == before


def test_a_kernel_that_moves_is_another(package):
    before = kernels_dir(package)
    (package / "match" / "deep" / "kernel.py").rename(package / "match" / "kernel.py")
    assert kernels_dir(package) != before


def test_every_kernel_is_in_one_of_the_rooms():
    package = Path(sekisho.__file__).parent
    kernels = [path for path in package.rglob("*.py") if "@numba." in path.read_text(encoding="utf-8")]
    assert len(kernels) > len(ROOMS)
    for path in kernels:
        assert path.relative_to(package).parts[0] in ROOMS
        assert "import numba" in path.read_text(encoding="utf-8")
