"""views.open, views.push and views.update: modals, and the trigger_ids that let one appear."""

from typing import Any

from sandbox.slack.calls import Call, Refused, method
from sandbox.slack.model import View
from sandbox.slack.payloads import view_object
from sandbox.slack.views import STACK, check_view, too_large


def _judged(call: Call) -> dict[str, Any]:
    view = call.structure("view", "invalid_view_format")
    if view is None:
        raise Refused("invalid_arguments", "[ERROR] missing required field: view", mistake=True)
    if problems := check_view(view):
        raise Refused("invalid_arguments", *problems, mistake=True)
    if too_large(view):
        raise Refused("view_too_large", mistake=True)
    content: dict[str, Any] = view
    external = content.get("external_id")
    others = [each for stack in call.workspace.world.views.values() for each in stack]
    if call.method != "views.update" and external and any(v.content.get("external_id") == external for v in others):
        raise Refused("duplicate_external_id", mistake=True)
    return content


def _answer(call: Call, view: View) -> dict[str, Any]:
    return {"view": view_object(view, call.workspace.world)}


@method("views.open", arguments="trigger_id interactivity_pointer view")
async def open_view(call: Call) -> dict[str, Any]:
    content = _judged(call)
    trigger = call.workspace.triggers.exchange(call.text("trigger_id"))
    world = call.workspace.world
    return _answer(call, world.open_view(trigger.person, content, invocation=trigger.invocation, on_top=False))


@method("views.push", arguments="trigger_id interactivity_pointer view")
async def push_view(call: Call) -> dict[str, Any]:
    content = _judged(call)
    world = call.workspace.world
    trigger = call.workspace.triggers.exchange(call.text("trigger_id"))
    if not world.views[trigger.person]:
        raise Refused("invalid_trigger_id", "[ERROR] no modal is open to push onto")
    if len(world.views[trigger.person]) >= STACK:
        raise Refused("push_limit_reached")
    return _answer(call, world.open_view(trigger.person, content, invocation=trigger.invocation, on_top=True))


@method("views.update", arguments="view_id external_id hash view")
async def update_view(call: Call) -> dict[str, Any]:
    content = _judged(call)
    world = call.workspace.world
    external = call.text("external_id", "")
    views = [view for stack in world.views.values() for view in stack]
    wanted = call.text("view_id", "" if external else None)
    view = next((v for v in views if v.id == wanted or (external and v.content.get("external_id") == external)), None)
    if view is None:
        raise Refused("not_found")
    if call.text("hash", view.hash) != view.hash:
        raise Refused("hash_conflict")
    world.update_view(view, content)
    return _answer(call, view)
