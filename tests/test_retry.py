"""Back-off grows within its bounds, with as much chance in it as it says."""

from bot import retry
from bot.retry import RetryPolicy


def test_waits_double_up_to_the_longest() -> None:
    policy = RetryPolicy(first=0.5, longest=3)

    assert [policy.after(attempts) for attempts in (1, 2, 3, 4, 9, 9999)] == [0.5, 1, 2, 3, 3, 3]


def test_jitter_takes_its_share_of_a_wait_and_no_more() -> None:
    whole, half = RetryPolicy(first=8, longest=8, jitter=1), RetryPolicy(first=8, longest=8, jitter=0.5)

    assert all(0 <= whole.after(1) <= 8 for _ in range(100))
    assert all(4 <= half.after(1) <= 8 for _ in range(100))
    assert len({whole.after(1) for _ in range(100)}) > 1


def test_nobody_is_given_less_time_than_what_they_wait_for() -> None:
    assert retry.SLACK.command < retry.STOPPING.work < retry.DATABASE.other_process
    assert retry.DATABASE.window < retry.SLACK.submission < 2
    assert retry.WEBHOOK.certificate + retry.DATABASE.transaction < retry.WEBHOOK.delivery
    assert 2 * retry.DATABASE.transaction < retry.JOBS.looking
