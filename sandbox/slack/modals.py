"""Modals in people's hands: submitted, refused field by field, replaced, stacked, closed."""

from typing import Any

from sandbox.people import Person
from sandbox.slack import form, payloads
from sandbox.slack.calls import Refused
from sandbox.slack.conversation import Invocation, Submission
from sandbox.slack.delivery import Ack
from sandbox.slack.interactions import Interactions
from sandbox.slack.model import View
from sandbox.slack.views import STACK, check_view


class Modals:
    """What people do with the modals that the bot opened."""

    def __init__(self, interactions: Interactions) -> None:
        self._interactions = interactions
        self._workspace, self._world = interactions.workspace, interactions.world

    async def submit(self, person: Person, view: View, values: form.Values) -> Submission:
        """Press a modal's submit button with these values over what is filled in."""
        submission = Submission(self._world, self._interactions.names, person=person.id)
        filled = self._interactions.values(person, view)
        for block_id, entries in values.items():
            filled.setdefault(block_id, {}).update(entries)
        submission.errors = form.refusals(view.blocks, filled)
        if submission.errors:
            return submission
        submission.payload = payloads.view_submission(
            self._world,
            person,
            view=view,
            trigger_id=self._workspace.triggers.give(person.id, submission.number),
            response_urls=self._chosen_channels(person, view, submission.number),
        )
        submission.is_delivered = True
        submission.ack = await self._interactions.delivery.deliver("interactive", submission.payload)
        if submission.ack.ok:
            self._after_submission(submission, view)
        return submission

    def _chosen_channels(self, person: Person, view: View, number: int) -> list[dict[str, Any]]:
        found = []
        for block, element in form.fields(view.blocks):
            chosen = view.values[block["block_id"]][element["action_id"]].get(form.field(element["type"]))
            if element.get("response_url_enabled") and chosen:
                url = self._workspace.response_url("app", person=person.id, channel=chosen, invocation=number)
                place = {"block_id": block["block_id"], "action_id": element["action_id"]}
                found.append(place | {"channel_id": chosen, "response_url": url})
        return found

    def _after_submission(self, submission: Submission, view: View) -> None:
        body = submission.ack.body or None
        match body:
            case None:
                self._world.close_view(view)
            case {"response_action": "clear", **rest} if not rest:
                self._world.close_view(view, whole_stack=True)
            case {"response_action": "errors", "errors": dict(errors), **rest} if errors and not rest:
                self._field_errors(submission, view, errors)
            case {"response_action": "update" | "push" as action, "view": content, **rest} if not rest:
                self._next_view(submission, view, action, content)
            case _:
                self._world.complain(f"view_submission: an ack that Slack does not understand: {body!r}")
                submission.ack = Ack(status=submission.ack.status, after=submission.ack.after, error="dispatch_failed")

    def _field_errors(self, submission: Submission, view: View, errors: dict[str, Any]) -> None:
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if strange := errors.keys() - inputs:
            self._world.complain(f"view_submission: errors for {', '.join(strange)}, which are no inputs")
        submission.errors = {block_id: str(text) for block_id, text in errors.items()}

    def _next_view(self, submission: Submission, view: View, action: str, content: Any) -> None:
        problems = check_view(content)
        if action == "push" and len(self._world.views[view.owner]) >= STACK:
            problems.append("push_limit_reached")
        if problems:
            self._interactions.guarded(f"view_submission {action}", content, lambda: _refuse(problems))
            return
        if action == "push":
            self._world.open_view(view.owner, content, invocation=submission.number, on_top=True)
            return
        view.invocation = submission.number
        self._world.update_view(view, content)

    async def close(self, person: Person, view: View, *, whole_stack: bool = False) -> Invocation:
        """Close a modal; the bot hears of it where it asked to."""
        invocation = self._interactions.begin(person)
        payload = payloads.view_closed(self._world, person, view=view, is_cleared=whole_stack)
        self._world.close_view(view, whole_stack=whole_stack or bool(view.content.get("clear_on_close")))
        if view.content.get("notify_on_close"):
            invocation.payload = payload
            invocation.ack = await self._interactions.delivery.deliver("interactive", payload)
        return invocation


def _refuse(problems: list[str]) -> None:
    raise Refused("invalid_view", *problems, mistake=True)
