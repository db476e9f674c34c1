from sekisho.collect.turns import Turns


def test_a_host_is_asked_one_at_a_time_with_a_pause():
    turns = Turns(1.0)
    for job in ("a1", "a2"):
        turns.add("a", job, 0.0)
    turns.add("b", "b1", 0.0)
    assert [turns.take(0.0), turns.take(0.0), turns.take(0.0)] == [("a", "a1"), ("b", "b1"), None]
    assert turns.wait(0.0) is None
    turns.done("a", 5.0)
    assert (turns.take(5.5), turns.wait(5.5)) == (None, 0.5)
    assert turns.take(6.0) == ("a", "a2")


def test_a_host_that_asks_for_a_pause_gets_it():
    turns = Turns(1.0)
    turns.add("a", "first", 0.0, pause=0.0)
    assert turns.take(0.0) == ("a", "first")
    turns.done("a", 1.0)
    turns.add("a", "again", 1.0, pause=30.0)
    assert turns.take(2.0) is None
    assert turns.take(30.9) is None
    assert turns.take(31.0) == ("a", "again")


def test_hosts_that_have_nothing_to_do_are_forgotten():
    turns = Turns(1.0)
    for number in range(100):
        turns.add(f"h{number}", number, 0.0)
    while (found := turns.take(0.0)) is not None:
        turns.done(found[0], 0.0)
    assert len(turns) == 100
    assert turns.take(1.0) is None
    assert len(turns) == 0


def test_a_host_is_not_forgotten_while_its_pause_lasts():
    turns = Turns(10.0)
    turns.add("a", 1, 0.0)
    turns.take(0.0)
    turns.done("a", 0.0)
    turns.add("a", 2, 1.0)
    assert turns.take(9.0) is None
    assert turns.take(10.0) == ("a", 2)


def test_who_came_first_is_asked_first():
    turns = Turns(1.0)
    for host in "cab":
        turns.add(host, host, 0.0)
    assert [turns.take(0.0)[0] for _ in range(3)] == ["c", "a", "b"]
