"""The progress of something long, on a terminal and elsewhere."""

import io

from bot.demo.progress import CLEAR, Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_elsewhere_it_is_a_few_plain_lines() -> None:
    out = io.StringIO()
    progress = Progress("On joue", out)

    for done in range(1, 201):
        progress.moved(done, 200)
    progress.end()

    assert out.getvalue().splitlines() == [f"On joue  {n} %" for n in (0, 25, 50, 75, 100)]


def test_on_a_terminal_it_is_a_bar_that_goes_away() -> None:
    out = Terminal()
    progress = Progress("On joue", out)

    progress.moved(1, 2)
    progress.end()

    assert out.getvalue() == f"{CLEAR}On joue  {'█' * 15}{'░' * 15}  50 %{CLEAR}"


def test_what_never_started_leaves_no_trace() -> None:
    out = Terminal()

    Progress("On joue", out).end()

    assert out.getvalue() == ""
