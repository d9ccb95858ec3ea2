"""The bound on how often a link is used."""

from proxy.edge.rate import MAX_KEYS, Rate


def test_a_burst_is_served_and_then_one_at_a_time():
    rate = Rate(3)
    assert [rate.allows("a", 0.0) for _ in range(4)] == [True, True, True, False]
    assert [rate.allows("a", 20.0), rate.allows("a", 20.0)] == [True, False]


def test_waiting_saves_up_no_more_than_a_burst():
    rate = Rate(2)
    rate.allows("a", 0.0)
    assert [rate.allows("a", 1e6) for _ in range(3)] == [True, True, False]


def test_keys_do_not_count_for_each_other():
    rate = Rate(1)
    assert [rate.allows(key, 0.0) for key in "aab"] == [True, False, True]


def test_what_is_remembered_is_bounded():
    rate = Rate(1)
    for number in range(MAX_KEYS + 5):
        rate.allows(str(number), 0.0)
    assert len(rate._left) == MAX_KEYS


def test_asking_whether_it_is_used_up_counts_nothing() -> None:
    rate = Rate(1)
    assert not rate.used_up("a", 0.0)
    assert rate.allows("a", 0.0)
    assert rate.used_up("a", 0.0)
    assert not rate.used_up("b", 0.0)
    assert not rate.used_up("a", 60.0)
