"""Slack's error words sorted by meaning: what is at fault, and so what is to be done.

The words are those of chat.postMessage, chat.update and chat.postEphemeral and the common ones
(https://docs.slack.dev/reference/methods/chat.postMessage#errors). A word that is not here counts as ``CONTENT``, the
one meaning that stops nothing but the message.
"""

import re
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType


class Meaning(Enum):
    """What Slack refuses."""

    CONTENT = "this message"
    EDIT = "this edit"
    THREAD = "this thread"
    CHANNEL = "this channel"
    PERSON = "this person"
    WORKSPACE = "the token, the app or the workspace"
    NOT_NOW = "not now"
    MISTAKE = "a call that is wrong in itself"


_WORDS = {
    Meaning.CONTENT: """
        invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text invalid_attachments
        too_many_attachments attachment_payload_limit_exceeded too_many_contact_cards metadata_too_large
        invalid_metadata_format invalid_metadata_schema metadata_must_be_sent_from_app markdown_text_conflict
        missing_file_data blocked_file_type max_file_sharing_exceeded slack_connect_blocked_file_type
        agent_prompt_display_not_allowed as_user_not_supported send_on_behalf_not_allowed
        """,
    Meaning.EDIT: """
        message_not_found cant_update_message edit_window_closed block_mismatch cant_broadcast_message
        no_dual_broadcast_content_update unable_to_share_files
        """,
    Meaning.THREAD: """
        cannot_reply_to_message restricted_action_thread_locked thread_locked restricted_action_non_threadable_channel
        thread_not_found invalid_thread_ts
        """,
    Meaning.CHANNEL: """
        channel_not_found not_in_channel is_archived is_inactive restricted_action
        restricted_action_read_only_channel restricted_action_thread_only_channel posting_to_channel_denied
        channel_is_limited_access team_not_found
        """,
    Meaning.PERSON: """
        user_not_in_channel messages_tab_disabled user_not_found user_disabled user_not_visible cannot_dm_bot
        """,
    Meaning.WORKSPACE: """
        not_authed invalid_auth account_inactive token_revoked token_expired missing_scope not_allowed_token_type
        no_permission access_denied app_access_restricted team_access_not_granted enterprise_is_restricted
        ekm_access_denied accesslimited two_factor_setup_required forbidden_team method_deprecated deprecated_endpoint
        """,
    Meaning.NOT_NOW: """
        ratelimited rate_limited message_limit_exceeded internal_error fatal_error service_unavailable
        team_added_to_org org_login_required external_channel_migrating streaming_state_conflict update_failed
        request_timeout
        """,
    Meaning.MISTAKE: """
        invalid_arguments invalid_arg_name invalid_array_arg invalid_charset invalid_form_data invalid_post_type
        missing_post_type invalid_json json_not_object insecure_request unknown_method
        """,
}

MEANINGS: Mapping[str, Meaning] = MappingProxyType(
    {word: meaning for meaning, words in _WORDS.items() for word in words.split()}
)
"""Every documented word that stands for itself."""
_FAMILIES = re.compile(r"file_.*|slack_connect_.*_blocked|duplicate_.*_not_found|draft_.*")
"""Documented words of which there are many; all of them are about what a message holds."""

GONE = "message_not_found"
ASKS_TO_WAIT = frozenset({"ratelimited", "rate_limited"})
"""Nothing was done, and the same call will do after a wait; the second of chat.postMessage alone."""
REPEATABLE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited"})
"""Slack's trouble of its own, whatever the status: a call that may be repeated is, at once."""
TOKEN_REFUSED = frozenset({"not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired"})
"""No call with this token is taken; the other words for the workspace may be about one kind of channel."""
BOT_ABSENT = frozenset({"not_in_channel", "channel_not_found", "user_not_in_channel"})
"""A channel that the bot is not in, or not seen to be in; a response_url may reach it all the same."""
FEW_MAY_POST = frozenset({"restricted_action", "restricted_action_read_only_channel", "posting_to_channel_denied"})
"""A channel in which whoever manages it lets some post, and the bot not."""
CHANNEL_GONE = frozenset({"is_archived", "channel_not_found", "is_inactive"})
"""Nobody will write there for now, nor read what is there."""
TRIGGER_OVER = frozenset(
    {"expired_trigger_id", "invalid_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"}
)
"""The three seconds for opening a window are over (https://docs.slack.dev/reference/methods/views.open#errors)."""
VIEW_GONE = "not_found"
ALREADY_REACTED = "already_reacted"


def meaning_of(word: str) -> Meaning:
    """Return what is at fault; a word that Slack has not documented is about the message alone."""
    return MEANINGS.get(word, Meaning.CONTENT)


def is_documented(word: str) -> bool:
    """Say whether the word is a known one."""
    return word in MEANINGS or _FAMILIES.fullmatch(word) is not None


def is_about_content(word: str) -> bool:
    """Say whether another form of the same message may be taken."""
    return meaning_of(word) in {Meaning.CONTENT, Meaning.MISTAKE}
