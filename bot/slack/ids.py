"""The ids Slack sends back: dotted, stable, never reused for something else."""

from bot.domain.events import Status

COMMAND = "/arbitrage"

# Shortcuts
NEW_REQUEST = "request.new"
ARBITRATE_MESSAGE = "message.arbitrate"

# Buttons of a request's thread. The value of each is the request's id.
DECIDE = "request.decide"
ASK_EVIDENCE = "request.ask_evidence"
GIVE_EVIDENCE = "request.give_evidence"
RESUME = "request.resume"
REFER_UP = "request.refer_up"
HAND_DOWN = "request.hand_down"
DELEGATE = "request.delegate"
ASSIGN = "request.assign"
SCHEDULE = "request.schedule"
UNSCHEDULE = "request.unschedule"
OBJECT = "request.object"
CONFIRM_COST = "request.confirm_cost"
WITHDRAW = "request.withdraw"
REOPEN = "request.reopen"

PANEL_BUTTONS: dict[Status, tuple[str, ...]] = {
    Status.OPEN: (
        DECIDE,
        ASK_EVIDENCE,
        REFER_UP,
        HAND_DOWN,
        DELEGATE,
        SCHEDULE,
        OBJECT,
        CONFIRM_COST,
        GIVE_EVIDENCE,
        WITHDRAW,
    ),
    Status.ON_AGENDA: (DECIDE, UNSCHEDULE, DELEGATE, OBJECT, CONFIRM_COST, GIVE_EVIDENCE, WITHDRAW),
    Status.AWAITING_EVIDENCE: (GIVE_EVIDENCE, RESUME, OBJECT, CONFIRM_COST, WITHDRAW),
    Status.DECIDED: (REOPEN,),
    Status.WITHDRAWN: (),
    Status.EXPIRED: (),
    Status.SUPERSEDED: (),
}
"""Which buttons a request's panel has in each state: none survives the state it belongs to."""

# Elsewhere
OPEN_DRAFT = "draft.open"
DISCARD_DRAFT = "draft.discard"
RECORD_REPLY = "reply.record"
MENU_MINE = "menu.mine"
MENU_INBOX = "menu.inbox"
MENU_HELP = "menu.help"

# Nudges. The value of each is the bypass's key.
NUDGE_OPEN = "nudge.open"
NUDGE_DISMISS = "nudge.dismiss"
NUDGE_MUTE = "nudge.mute"
NUDGE_UNMUTE = "nudge.unmute"

# Detection, for stewards
DETECTION_LEARNED = "detection.learned"
DETECTION_UNLEARN = "detection.unlearn"

# Forms
BYPASS_FORM = "bypass.submit"
DETECTION_FORM = "detection.submit"
REQUEST_FORM = "request.submit"
DECISION_FORM = "decision.submit"
FORM_OF = {
    action: f"{action}.submit"
    for action in (
        ASK_EVIDENCE,
        GIVE_EVIDENCE,
        REFER_UP,
        HAND_DOWN,
        DELEGATE,
        ASSIGN,
        OBJECT,
        CONFIRM_COST,
        WITHDRAW,
        REOPEN,
    )
}
"""The form that each button opens; the buttons left out act at once."""

NOTICE_VIEW = "notice"

# The request form's parts that change the preview
PREVIEW_ACTIONS = ("question", "squads", "moves_cycle", "option_cost")
ADD_OPTION = "option.add"
