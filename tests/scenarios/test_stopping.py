"""Stopping ends, also on a machine that is slow to close its socket."""

import time

import pytest

from tests.scenarios.conftest import Company


@pytest.mark.timeout(30)
def test_a_reader_that_looks_again_while_the_socket_closes_does_not_hang(
    small_office: Company,
) -> None:
    socket = small_office.bot._socket
    assert socket
    client = socket._client
    reader, close = client.current_session_runner, client.disconnect

    def close_slowly() -> None:
        # Until the reader has ended, or has forgotten that it was to end.
        while reader.is_alive() and client.current_session_state.terminated:
            time.sleep(0.001)
        close()

    client.disconnect = close_slowly  # type: ignore[method-assign]  # a slow machine

    socket.stop()

    assert not reader.is_alive()
