"""Key paths of payloads that Slack really sends, as its SDKs' own tests publish them.

Source: slackapi/bolt-python, tests/scenario_tests (view submission, block actions, shortcut);
slackapi/python-slack-sdk, tests/slack_sdk/socket_mode. Verification tokens and enterprise ids
aside, ours must have all of these.
"""

SLASH_COMMAND = (
    "team_id team_domain channel_id channel_name user_id user_name command text api_app_id"
    " response_url trigger_id"
)
SHORTCUT = (
    "type action_ts team.id team.domain user.id user.username user.team_id callback_id trigger_id"
    " is_enterprise_install enterprise"
)
BLOCK_ACTIONS = (
    "type user.id user.username user.name user.team_id api_app_id container.type"
    " container.message_ts container.channel_id container.is_ephemeral trigger_id team.id"
    " team.domain channel.id channel.name response_url actions.action_id actions.block_id"
    " actions.text.type actions.text.text actions.value actions.type actions.action_ts"
)
VIEW_SUBMISSION = (
    "type team.id team.domain user.id user.username user.name user.team_id api_app_id trigger_id"
    " view.id view.team_id view.type view.blocks.type view.blocks.block_id view.private_metadata"
    " view.callback_id view.state.values view.hash view.title.text view.clear_on_close"
    " view.notify_on_close view.close.text view.submit.text view.previous_view_id"
    " view.root_view_id view.app_id view.external_id view.app_installed_team_id view.bot_id"
    " response_urls"
)
EVENT = (
    "team_id api_app_id event.type event.text event.user event.ts event.team event.channel"
    " event.event_ts event.channel_type event.client_msg_id type event_id event_time"
    " authorizations.enterprise_id authorizations.team_id authorizations.user_id"
    " authorizations.is_bot authorizations.is_enterprise_install is_ext_shared_channel"
    " event_context"
)
ENVELOPE = "envelope_id payload type"


def paths(value: object, prefix: str = "") -> set[str]:
    """Return the dotted key paths of a payload; a list counts as its items."""
    found: set[str] = set()
    if isinstance(value, list):
        for item in value:
            found |= paths(item, prefix)
    elif isinstance(value, dict):
        for key, inner in value.items():
            found.add(f"{prefix}{key}")
            found |= paths(inner, f"{prefix}{key}.")
    return found


def missing(value: object, wanted: str) -> set[str]:
    """Return the paths of a shape that a payload does not have."""
    return set(wanted.split()) - paths(value)
