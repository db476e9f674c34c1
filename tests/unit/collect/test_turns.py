from sekisho.collect.turns import SHARED, Host, Turns

A, B = Host("a"), Host("b")


def test_a_host_is_asked_one_at_a_time_with_a_pause():
    turns = Turns(1.0)
    for job in ("a1", "a2"):
        turns.add(A, job, 0.0)
    turns.add(B, "b1", 0.0)
    assert [turns.take(0.0), turns.take(0.0), turns.take(0.0)] == [(A, "a1"), (B, "b1"), None]
    assert turns.wait(0.0) is None
    turns.done(A, 5.0)
    assert (turns.take(5.5), turns.wait(5.5)) == (None, 0.5)
    assert turns.take(6.0) == (A, "a2")


def test_a_host_that_asks_for_a_pause_gets_it():
    turns = Turns(1.0)
    turns.add(A, "first", 0.0, pause=0.0)
    assert turns.take(0.0) == (A, "first")
    turns.done(A, 1.0)
    turns.add(A, "again", 1.0, pause=30.0)
    assert turns.take(2.0) is None
    assert turns.take(30.9) is None
    assert turns.take(31.0) == (A, "again")


def test_hosts_that_have_nothing_to_do_are_forgotten():
    turns = Turns(1.0)
    for number in range(100):
        turns.add(Host(f"h{number}", f"{number % 9}"), number, 0.0)
    now, taken = 0.0, 0
    while taken < 100:
        while (found := turns.take(now)) is not None:
            turns.done(found[0], now)
            taken += 1
        now += SHARED
    assert turns.take(now + 1.0) is None
    assert len(turns) == 0


def test_a_host_is_not_forgotten_while_its_pause_lasts():
    turns = Turns(10.0)
    turns.add(A, 1, 0.0)
    turns.take(0.0)
    turns.done(A, 0.0)
    turns.add(A, 2, 1.0)
    assert turns.take(9.0) is None
    assert turns.take(10.0) == (A, 2)


def test_who_came_first_is_asked_first():
    turns = Turns(1.0)
    for host in "cab":
        turns.add(Host(host), host, 0.0)
    assert [turns.take(0.0)[1] for _ in range(3)] == ["c", "a", "b"]


def test_an_address_is_asked_one_at_a_time_whatever_the_names():
    turns = Turns(1.0)
    names = [Host(name, "93.184.216.34") for name in ("a.example", "b.example", "c.example")]
    for host in names:
        turns.add(host, host.name, 0.0)
    turns.add(Host("d.example", "93.184.216.35"), "d.example", 0.0)
    assert [turns.take(0.0)[1], turns.take(0.0)[1]] == ["a.example", "d.example"]
    assert (turns.take(9.0), turns.wait(9.0)) == (None, None)
    turns.done(names[0], 10.0)
    assert (turns.take(10.0), turns.wait(10.0)) == (None, SHARED)
    assert turns.take(10.0 + SHARED)[1] == "b.example"
    turns.done(names[1], 11.0)
    assert turns.take(11.0 + SHARED)[1] == "c.example"


def test_names_of_one_domain_on_one_address_are_one_host():
    turns = Turns(1.0)
    host = Host("a.example", "93.184.216.34")
    for number in range(3):
        turns.add(host, number, 0.0)
    assert turns.behind == 2
    assert turns.take(0.0) == (host, 0)
    assert turns.behind == 1
    turns.done(host, 0.0)
    assert turns.take(0.9) is None
    assert turns.take(1.0) == (host, 1)


def test_nobody_is_left_waiting_for_an_address():
    turns, asked, now = Turns(1.0), [], 0.0
    for number in range(60):
        turns.add(Host(f"{number % 7}", f"{number % 3}"), number, 0.0)
    under_way = []
    while len(asked) < 60:
        while (found := turns.take(now)) is not None:
            asked.append(found[1])
            under_way.append(found[0])
        addresses = [host.address for host in under_way]
        assert len(addresses) == len(set(addresses)) <= 3
        if under_way:
            turns.done(under_way.pop(0), now)
        now += 0.1
    assert sorted(asked) == list(range(60))
    assert turns.behind == 0
