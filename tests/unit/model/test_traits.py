import pytest

from sekisho.model import FEATURE_BYTES, MAX_FEATURES, Film, Frame, Local, Traits, Vector

LOCAL = {"width": 512, "height": 300, "rows": bytes(FEATURE_BYTES)}
FRAME = Frame(at=0, pdq=bytes(32), quality=90)


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": 0},
        {"height": 513},
        {"rows": b""},
        {"rows": bytes(FEATURE_BYTES + 1)},
        {"rows": bytes(FEATURE_BYTES * (MAX_FEATURES + 1))},
    ],
)
def test_local_features_out_of_range_are_refused(wrong):
    assert Local(**LOCAL).rows
    with pytest.raises(ValueError, match=r"px|feature"):
        Local(**LOCAL | wrong)


@pytest.mark.parametrize(
    "wrong", [{"model": ""}, {"values": b""}, {"values": b"abc"}, {"values": bytes(8194)}]
)
def test_a_vector_out_of_range_is_refused(wrong):
    with pytest.raises(ValueError, match="vector"):
        Vector(**{"model": "m@0", "values": b"ab"} | wrong)


def test_frames_of_a_film_follow_one_another():
    later = Frame(at=40, pdq=bytes(32), quality=90)
    assert Film(duration=40, frames=(FRAME, later)).duration == 40
    for frames, duration in (((later, FRAME), 40), ((FRAME, FRAME), 40), ((), 40), ((FRAME, later), 39)):
        with pytest.raises(ValueError, match=r"film|frames"):
            Film(duration=duration, frames=frames)


def test_traits_are_not_empty_and_a_film_has_only_frames():
    film = Film(duration=0, frames=(FRAME,))
    local = Local(**LOCAL)
    for wrong in (
        {},
        {"film": film, "local": local},
        {"vectors": (Vector(model="b", values=b"ab"), Vector(model="a", values=b"ab"))},
        {"vectors": (Vector(model="a", values=b"ab"), Vector(model="a", values=b"cd"))},
    ):
        with pytest.raises(ValueError, match=r"empty|sorted|only frames"):
            Traits(**wrong)
    assert Traits(film=film).local is None
