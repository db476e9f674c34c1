import pytest


@pytest.mark.parametrize("name", ["list", "show", "explain", "ask", "diff", "test", "new"])
def test_each_command_has_a_help_with_an_example(rules, name):
    assert rules.run(name, "--help") == 0
    assert f"Example: sekisho rules {name}" in rules.said


def test_the_help_says_that_it_is_no_advice(rules):
    assert rules.run("--help") == 0
    assert "This is no legal advice" in " ".join(rules.said.split())
