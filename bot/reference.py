"""The pages and files that are made from the code: manifest, commands, settings, and the README's table."""

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic.fields import FieldInfo

from bot.context import Role
from bot.manifest import as_yaml, manifest
from bot.routing import CommandRoute, Router
from bot.settings import Settings

MADE = "<!-- Made by `make generate`; edit the code instead. -->\n\n"
ROLES = {Role.NOBODY: "everyone", Role.VIEWER: "viewer", Role.OPERATOR: "operator", Role.ADMIN: "bot admin"}
TO_FILL_IN = {
    "partner_center_client_secret": "",
    "encryption_keys": "",
    "slack_app_token": "",
    "bot_viewers": "*",
    "bot_operators": "",
}
"""What a first start needs beside the required settings, with a value to begin with."""
TABLE = re.compile(r"(?<=<!-- commands -->\n).*?(?=<!-- /commands -->)", re.DOTALL)


def files(router: Router, top: Path) -> Iterator[tuple[Path, str]]:
    """Yield each generated file with what it should hold."""
    readme = top / "README.md"
    yield top / "manifest.yml", as_yaml(manifest(router, socket_mode=True))
    yield top / "docs" / "commands.md", MADE + commands_page(router)
    yield top / "docs" / "configuration.md", MADE + configuration_page()
    yield top / ".env.example", env_example()
    if readme.exists():
        table = command_table(router)
        yield readme, TABLE.sub(lambda _: table, readme.read_text(encoding="utf-8"))


def command_table(router: Router) -> str:
    """Return the commands as a Markdown table."""
    rows = [
        f"| `/partner {_usage(command)}` | {_sentence(command.summary)} | {ROLES[command.role]} |"
        for command in router.commands.values()
    ]
    return "\n".join(["| type | what it does | for |", "|---|---|---|", *rows, ""])


def commands_page(router: Router) -> str:
    """Return the command reference."""
    shortcuts = [
        f"| {shortcut.title} | {'in a message’s menu' if shortcut.on_message else 'in the shortcuts menu'} |"
        f" {shortcut.description} | {ROLES[shortcut.role]} |"
        for shortcut in router.shortcuts.values()
    ]
    lines = [
        "# Commands",
        "",
        command_table(router),
        "A mention takes the same words, and works in threads: `@Partner Bot customer contoso.com`.",
        "",
        "## Examples",
        "",
        *(line for command in router.commands.values() for line in _examples(command)),
        "## Shortcuts",
        "",
        "| shortcut | where | what it does | for |",
        "|---|---|---|---|",
        *shortcuts,
        "",
    ]
    return "\n".join(lines)


def _examples(command: CommandRoute) -> list[str]:
    """Return a heading and a line for each thing that can be typed behind a command, with what it does."""
    typed = [f"- `/partner {command.name} {each.typed}`: {each.meaning}" for each in command.explained]
    usual = f"- `{f'/partner {command.name} {command.example}'.strip()}`: {command.summary.rstrip('.')}"
    return [f"### {command.name}", "", *(typed or [usual]), ""]


def configuration_page() -> str:
    """Return the settings reference."""
    rows = [
        f"| `{name.upper()}` | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    lines = [
        "# Settings",
        "",
        "The bot reads these from its environment, or from a file: `python -m bot --env-file .env run`.",
        "Addresses are https, or http on this machine.",
        "",
        "| name | default | meaning |",
        "|---|---|---|",
        *rows,
        "",
    ]
    return "\n".join(lines)


def env_example() -> str:
    """Return a settings file to fill in: what is required open, the rest commented out."""
    lines = ["# Made by `make generate`. Copy to .env, fill in, and start with: python -m bot --env-file .env run", ""]
    for name, field in Settings.model_fields.items():
        lines.append(f"# {field.description}")
        if field.is_required() or name in TO_FILL_IN:
            lines.append(f"{name.upper()}={TO_FILL_IN.get(name, '')}")
        else:
            lines.append(f"# {name.upper()}={_plain_default(field)}")
        lines.append("")
    return "\n".join(lines)


def _usage(command: CommandRoute) -> str:
    return f"{command.name} {command.argument}".strip().replace("|", "\\|")  # a bare bar would end the cell


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    plain = _plain_default(field)
    return f"`{plain}`" if plain else "none"


def _plain_default(field: FieldInfo) -> str:
    value = field.default
    return str(value) if isinstance(value, str | int) else ""
