"""Listeners are found by id, and no two share one."""

import pytest

from bot.slack.switchboard import Switchboard


def test_two_listeners_with_one_id_are_refused() -> None:
    board = Switchboard()
    board.action("request.decide")(lambda body, ack, respond: None)

    with pytest.raises(ValueError, match=r"two listeners for action request\.decide"):
        board.action("request.decide")(lambda body, ack, respond: None)


def test_a_form_and_its_closing_are_told_apart() -> None:
    board = Switchboard()

    board.view("request.submit")(lambda body, ack, respond: None)
    board.view_closed("request.submit")(lambda body, ack, respond: None)
