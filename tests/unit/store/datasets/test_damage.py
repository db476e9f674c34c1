from sekisho.store.datasets.damage import DamageError, RatioError


def test_what_unpacks_to_too_much_is_damage_too():
    assert issubclass(RatioError, DamageError)
    assert not issubclass(DamageError, OSError)
