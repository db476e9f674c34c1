import pytest

from sekisho.detect.signals.licence import Licence, licence_address, licence_signal, read_licence
from sekisho.model.signal import SignalFamily, Stance


def test_a_signal_says_where_it_stood_and_which_licence_it_is():
    signal = licence_signal("CC BY-NC-SA 4.0", "license")
    assert (signal.family, signal.place, signal.raw) == (SignalFamily.LICENCE, "license", "CC BY-NC-SA 4.0")
    assert signal.note == "licence:CC-BY-NC-SA-4.0; noncommercial; sharealike"
    assert set(signal.stances.values()) == {Stance.UNKNOWN}


def test_what_is_given_to_everybody_allows():
    assert set(licence_signal("cc0", "license").stances.values()) == {Stance.ALLOW}


def test_flags_are_those_of_the_parts():
    assert Licence(spdx="CC-BY-NC-ND-4.0").flags == ("noncommercial", "noderivatives")
    assert Licence(spdx="LicenseRef-CC-BY-SA").flags == ("sharealike",)
    assert Licence(spdx="MIT").flags == ()


def test_an_address_is_found_within_a_text():
    words = 'under <a href="https://creativecommons.org/licenses/by/4.0/deed.ja">this</a>'
    assert licence_address(words) == "https://creativecommons.org/licenses/by/4.0/deed"
    assert licence_address("https://example.org/licenses/by/4.0/") == ""


def test_every_name_of_the_table_leads_to_its_licence():
    assert read_licence("The Unlicense") == Licence(spdx="Unlicense", public=True)
    assert read_licence("ODbL-1.0") == Licence(spdx="ODbL-1.0")
    assert read_licence("パブリックドメイン") == Licence(spdx="LicenseRef-public-domain", public=True)


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "cc", "cc-", "by", "x" * 10_000, "-" * 10_000, "attribution-" * 500]
)
def test_what_is_no_licence_is_none(text):
    assert read_licence(text) is None
    assert Stance.ALLOW not in licence_signal(text, "license").stances.values()


@pytest.mark.parametrize(
    ("words", "spdx"),
    [
        ("Attribution-NoDerivs 2.0 Generic", "CC-BY-ND-2.0"),
        ("Attribution-NonCommercial-NoDerivatives 4.0 International", "CC-BY-NC-ND-4.0"),
        ("https://creativecommons.org/licenses/by/3.0/legalcode", "CC-BY-3.0"),
        ("https://creativecommons.org/licenses/by/3.0/rdf", "CC-BY-3.0"),
        ("https://creativecommons.org/licenses/sampling/1.0/", None),
    ],
)
def test_names_in_words_and_what_follows_an_address(words, spdx):
    found = read_licence(words)
    assert (found and found.spdx) == spdx
