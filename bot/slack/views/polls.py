"""The audit's poll: three questions, three buttons each; once closed, its results."""

from slack_sdk.models.blocks import ActionsBlock, Block

from bot.domain.polls import FEWEST, Answer, AuditQuestion, Poll
from bot.i18n import text
from bot.slack import ids
from bot.slack.views.measures import share_text
from bot.slack.views.parts import Message, button, context, header, section, when


def poll(found: Poll, key: str, locale: str, *, zone: str) -> Message:
    """Return the message of a poll; `key` goes in the value of its buttons while it is open."""
    title = text(locale, "poll.title")
    if found.is_open:
        asked = [b for q in AuditQuestion for b in _asked(found, q, key, locale)]
        closes = when(locale, found.closes_at, zone)
        promise = text(locale, "poll.promise", least=FEWEST, when=closes)
        blocks = [header(title), section(text(locale, "poll.intro")), *asked, context(promise)]
        return Message(text=title, blocks=tuple(blocks))
    told = [section(f"*{named(q, locale)}*\n{results(found, q, locale)}") for q in AuditQuestion]
    closed = text(locale, "poll.closed")
    return Message(text=f"{title} · {closed}", blocks=(header(title), section(closed), *told))


def named(question: AuditQuestion, locale: str) -> str:
    """Return a question with its number."""
    number = list(AuditQuestion).index(question) + 1
    return f"{number}. {text(locale, f'audit.question.{question}')}"


def _asked(found: Poll, question: AuditQuestion, key: str, locale: str) -> list[Block]:
    value = f"{found.id}|{question}|{key}"
    buttons = [button(locale, ids.POLL_ANSWERS[answer], value=value) for answer in Answer]
    return [
        section(f"*{named(question, locale)}*"),
        ActionsBlock(block_id=f"poll:{question}", elements=buttons),
    ]


def results(found: Poll, question: AuditQuestion, locale: str) -> str:
    """Return what was answered to a question, or that too few did."""
    shares = {answer: found.share(question, answer) for answer in Answer}
    told = [
        text(
            locale,
            "poll.result",
            answer=text(locale, f"button.poll.{answer}"),
            share=share_text(locale, share),
        )
        for answer, share in shares.items()
        if share is not None
    ]
    return " · ".join(told) or text(locale, "poll.too_few", least=FEWEST)


def counted(question: AuditQuestion, given: Answer, locale: str) -> Message:
    """Return the private word to who answered."""
    words = text(
        locale,
        "poll.counted",
        number=list(AuditQuestion).index(question) + 1,
        answer=text(locale, f"button.poll.{given}"),
    )
    return Message(text=words, blocks=(section(words),))
