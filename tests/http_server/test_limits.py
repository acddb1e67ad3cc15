"""What production allows: these figures are promised to operators."""

import pytest

from bot.http_server.limits import Limits, open_file_limit, pending_connections


def test_a_head_has_ten_seconds_and_a_body_twenty() -> None:
    assert (Limits().head_seconds, Limits().body_seconds) == (10, 20)


def test_an_idle_connection_is_kept_longer_than_proxies_keep_theirs() -> None:
    assert Limits().idle_seconds == 75


def test_at_most_512_connections_are_without_a_whole_request() -> None:
    assert Limits().pending_connections == 512


def test_what_they_have_sent_is_bounded_and_holds_a_whole_body() -> None:
    assert Limits().body_bytes == 1024 * 1024
    assert 2 * Limits().body_bytes <= Limits().pending_bytes <= 8 * 1024 * 1024


@pytest.mark.parametrize(
    ("open_files", "connections"), [(None, 512), (65536, 512), (1024, 512), (1023, 511), (256, 128), (64, 32), (0, 1)]
)
def test_half_of_the_files_that_a_process_may_open_are_left_for_its_work(
    open_files: int | None, connections: int
) -> None:
    assert pending_connections(Limits(), open_files) == connections


def test_the_process_knows_how_many_files_it_may_open() -> None:
    limit = open_file_limit()

    assert limit is None or limit > 0
