from pathlib import Path

import pytest
from cyclopts import App, CycloptsError

from sekisho.cli.parameters import Flag, Output, Quota


@pytest.fixture
def app():
    made = App(result_action="return_value")

    @made.default
    def keep(*, force: Flag = False, quota: Quota = 1, output: Output = None):
        return force, quota, output

    return made


def test_they_are_read(app):
    assert app(["--force", "-o", "x", "--quota", "0"], exit_on_error=False) == (True, 0, Path("x"))


@pytest.mark.parametrize("wrong", [["--no-force"], ["--quota", "-1"]])
def test_a_switch_has_no_form_that_says_no_and_a_quota_is_no_debt(app, wrong):
    with pytest.raises(CycloptsError):
        app(wrong, exit_on_error=False, print_error=False)
