"""The ids Slack sends back: dotted, stable, never reused for something else."""

from bot.domain.events import Status
from bot.domain.home import Tab
from bot.domain.polls import Answer

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

# Answers to reminders. The value is the request's id, the timer's key for a snooze.
SNOOZE = "reminder.snooze"
DELIVERED = "decision.delivered"
DELAYED = "decision.delayed"
HELD = "decision.held"

# One's own absences and preferences, and what will be posted
ABSENCE = "absence.open"
ABSENCE_CANCEL = "absence.cancel"
ABSENCE_FORM = "absence.submit"
ABSENCE_DATES = ("away_from", "away_to", "away_half")
PREFERENCES = "preferences.open"
PREFERENCES_FORM = "preferences.submit"
UPCOMING = "upcoming.open"
# Rituals. The value of each names the occurrence, then the request and the proposal, if any.
RITUALS = "menu.rituals"
RITUAL_START = "ritual.start"
RITUAL_CLOSE = "ritual.close"
RITUAL_HAND_OVER = "ritual.hand_over"
RITUAL_MOVE = "ritual.move"
RITUAL_CANCEL = "ritual.cancel"
RITUAL_CALENDAR = "ritual.calendar"
ITEM_PROPOSE = "item.propose"
ITEM_EVIDENCE = "item.evidence"
ITEM_CARRY = "item.carry"
PROPOSAL_CONFIRM = "proposal.confirm"
PROPOSAL_EDIT = "proposal.edit"
# Nudges. The value of each is the bypass's key.
NUDGE_OPEN = "nudge.open"
NUDGE_DISMISS = "nudge.dismiss"
NUDGE_MUTE = "nudge.mute"
NUDGE_UNMUTE = "nudge.unmute"

# The App Home. Tabs redraw it; the value of HOME_ALL is which list.
HOME_TABS = {tab: f"home.{tab}" for tab in Tab}
HOME_ALL = "home.all"

# Shared artefacts. The value of each is the artefact, and its last update when it was shown.
ARTEFACT_READ = "artefact.read"
ARTEFACT_CONFIRM = "artefact.confirm"
ARTEFACT_UPDATE = "artefact.update"
ARTEFACT_FORM = "artefact.submit"

# Detection, for stewards
DETECTION = "detection.open"
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

RITUAL_FORMS = {
    action: f"{action}.submit"
    for action in (
        RITUAL_HAND_OVER,
        RITUAL_MOVE,
        RITUAL_CANCEL,
        ITEM_PROPOSE,
        ITEM_EVIDENCE,
        ITEM_CARRY,
    )
}
"""The form that each button of a ritual opens."""

NOTICE_VIEW = "notice"

# The request form's parts that change the preview
PREVIEW_ACTIONS = ("question", "squads", "moves_cycle", "option_cost")
ADD_OPTION = "option.add"

# The journal, the numbers and the digest
JOURNAL = "journal.search"
JOURNAL_WORDS = "journal.words"
JOURNAL_FILTERS = {
    name: f"journal.{name}" for name in ("squad", "layer", "status", "impact", "decider", "period")
}
JOURNAL_CLEAR = "journal.clear"
JOURNAL_OLDER = "journal.older"
JOURNAL_NEWER = "journal.newer"
REQUEST_PAGE = "journal.open"
HISTORY_BEFORE = "journal.before"
NUMBER = "metrics.open"
NUMBER_EARLIER = "metrics.earlier"
NUMBER_LATER = "metrics.later"
AUDIT_MARKDOWN = "audit.markdown"
POLL_OPEN = "audit.poll_open"
POLL_CLOSE = "audit.poll_close"
POLL_ANSWERS = {answer: f"poll.{answer}" for answer in Answer}
"""The three buttons of each question. Their value names the poll and the question, then its key."""

DIGEST_SUBSCRIBE = "digest.subscribe"
DIGEST_CHANGE = "digest.change"
DIGEST_UNSUBSCRIBE = "digest.unsubscribe"
DIGEST_PREVIEW = "digest.preview"
DIGEST_FORM = "digest.form"
