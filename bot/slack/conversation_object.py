"""Slack's conversation object, decoded strictly: what is missing or odd counts as read by other organisations.

https://docs.slack.dev/reference/objects/conversation-object
"""

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.context import Channel


class _Sharing(BaseModel):
    """Who reads a channel, and what else is told of it; ``is_ext_shared`` must be there.

    ``is_shared`` alone may mean shared between workspaces of one organisation (``is_org_shared``).
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    id: str | None = None
    is_ext_shared: bool
    is_pending_ext_shared: bool = False
    pending_shared: list[object] = []
    pending_connected_team_ids: list[object] = []
    connected_team_ids: list[str] = []
    conversation_host_id: str | None = None
    is_shared: bool = False
    is_org_shared: bool = False
    is_archived: bool | None = None
    is_member: bool | None = None

    def external(self, workspace_id: str) -> bool:
        """Say whether another organisation reads it, or is invited to."""
        pending = self.is_pending_ext_shared or bool(self.pending_shared or self.pending_connected_team_ids)
        teams = {*self.connected_team_ids, self.conversation_host_id or workspace_id} - {workspace_id}
        return self.is_ext_shared or pending or (not self.is_org_shared and (self.is_shared or bool(teams)))


def unknown(channel_id: str) -> Channel:
    """Return a channel of which Slack told nothing that can be relied on."""
    return Channel(id=channel_id, name="", external=True, known=False)


def channel(conversation: object, *, channel_id: str, workspace_id: str) -> Channel:
    """Return what ``conversations.info`` describes; ``unknown`` where that is malformed."""
    if not isinstance(conversation, dict) or conversation.get("id", channel_id) != channel_id:
        return unknown(channel_id)
    if conversation.get("is_im") is True:  # the bot's own direct messages, read by the person alone
        return Channel(id=channel_id, name="", external=False, direct=True)
    try:
        sharing = _Sharing.model_validate(conversation)
    except ValidationError:
        return unknown(channel_id)
    name = conversation.get("name")
    return Channel(
        id=channel_id,
        name=name if isinstance(name, str) else "",
        external=sharing.external(workspace_id),
        archived=bool(sharing.is_archived),
        member=sharing.is_member,
        private=conversation.get("is_private") is not False,
    )
