"""``python -m bot``: run the bot, sign it in, register its webhook, migrate its database, print its manifest."""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from bot import bootstrap, log, reference, settings
from bot.errors import OperatorError
from bot.manifest import as_yaml, manifest, public_origin
from bot.storage.migrate import migrate
from bot.webhook_registration import Action

TOP = Path(__file__).parent.parent
SWITCH_SECONDS = 0.0005
"""The longest that a thread with a transaction keeps the event loop from going on; Python's own is ten times that."""
WEBHOOK_ACTIONS = {
    Action.SHOW: "print what is registered at Microsoft",
    Action.REGISTER: "have Microsoft send its events to PUBLIC_URL",
    Action.TEST: "have Microsoft send a test, and wait for it",
    Action.REMOVE: "have Microsoft send nothing but tests",
}


def main() -> int:
    """Run the chosen command; mistakes in the set-up are one readable line each and an exit code."""
    chosen = _arguments()
    try:
        code: int = chosen.act(chosen)
    except OperatorError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 - a traceback's last line may quote a setting
        print(f"The bot stopped on an error of its own: {log.summary(error)}.", file=sys.stderr)
        return 1
    return code


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Microsoft Partner Center inside Slack.")
    parser.add_argument("--env-file", type=Path, help="read settings that the environment lacks from this file")
    parser.set_defaults(act=_run)
    commands = parser.add_subparsers(title="commands", metavar="")

    commands.add_parser("run", help="run the bot (the default)").set_defaults(act=_run)

    connect = commands.add_parser("connect", help="sign the bot in to Partner Center, in your browser")
    connect.add_argument("--paste", action="store_true", help="print the address and take the redirect by hand")
    connect.set_defaults(act=_connect)

    webhook = commands.add_parser("webhook", help="show, set, try or withdraw where Microsoft sends its events")
    webhook.set_defaults(act=_webhook, take_over=None)
    actions = webhook.add_subparsers(title="actions", metavar="", dest="action", required=True)
    for action, about in WEBHOOK_ACTIONS.items():
        one = actions.add_parser(action, help=about)
        if action in {Action.REGISTER, Action.REMOVE}:
            one.add_argument(
                "--take-over",
                nargs="?",
                const="",
                metavar="HOST",
                help="even if it is another application’s; HOST is that of its address, which remove needs",
            )

    commands.add_parser("migrate", help="bring the database up to date").set_defaults(act=_migrate)

    slack = commands.add_parser("manifest", help="print the Slack app manifest")
    slack.add_argument("--public-url", help="the bot's public address, for HTTP mode; without it: Socket Mode")
    slack.set_defaults(act=_manifest)

    commands.add_parser("commands", help="print the commands as JSON").set_defaults(act=_commands)

    generate = commands.add_parser("generate", help="write the files that are made from the code")
    generate.add_argument("--check", action="store_true", help="only say which are out of date")
    generate.set_defaults(act=_generate)
    return parser.parse_args()


def _run(chosen: argparse.Namespace) -> int:
    sys.setswitchinterval(SWITCH_SECONDS)
    loaded = settings.load(chosen.env_file)
    log.configure(loaded.log_level)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(bootstrap.serve(loaded))
    return 0


def _loop_factory() -> "type[asyncio.AbstractEventLoop] | None":
    """Take uvloop where the platform has it: 10 % less CPU a request, and a quarter of the memory a TLS connection."""
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return None
    return uvloop.Loop


def _connect(chosen: argparse.Namespace) -> int:
    loaded = settings.load(chosen.env_file)
    log.configure("WARNING")
    return asyncio.run(bootstrap.sign_in(loaded, paste=chosen.paste))


def _webhook(chosen: argparse.Namespace) -> int:
    loaded = settings.load(chosen.env_file)
    log.configure("WARNING")
    take_over, host = chosen.take_over is not None, chosen.take_over or None
    return asyncio.run(bootstrap.webhook(loaded, Action(chosen.action), take_over=take_over, host=host))


def _migrate(chosen: argparse.Namespace) -> int:
    loaded = settings.load(chosen.env_file)
    log.configure(loaded.log_level)
    asyncio.run(migrate(loaded.database_url))
    print("The database is up to date.")
    return 0


def _manifest(chosen: argparse.Namespace) -> int:
    router = bootstrap.routes()
    public_url = None if chosen.public_url is None else public_origin(chosen.public_url)
    print(as_yaml(manifest(router, public_url=public_url, socket_mode=public_url is None)), end="")
    return 0


def _commands(_chosen: argparse.Namespace) -> int:
    rows = [
        {
            "name": command.name,
            "argument": command.argument,
            "summary": command.summary,
            "role": reference.ROLES[command.role],
            "example": command.example,
        }
        for command in bootstrap.routes().help()
    ]
    print(json.dumps(rows, ensure_ascii=False))
    return 0


def _generate(chosen: argparse.Namespace) -> int:
    stale = [
        (path, content)
        for path, content in reference.files(bootstrap.routes(), TOP)
        if not path.exists() or path.read_text(encoding="utf-8") != content
    ]
    for path, content in stale:
        if chosen.check:
            print(f"{path.relative_to(TOP)} is out of date; run `make generate`.")
        else:
            path.write_text(content, encoding="utf-8")
    return 1 if stale and chosen.check else 0
