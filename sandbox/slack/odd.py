"""Answers that are not Slack's: what proxies, captive portals and broken servers send in its name."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True, slots=True, kw_only=True)
class OddAnswer:
    """One such answer; ``label`` says what it is."""

    label: str
    label_fr: str
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> web.Response:
        """Return it as the server sends it, as JSON unless its headers say otherwise."""
        headers = {"Content-Type": "application/json; charset=utf-8", **self.headers}
        return web.Response(body=self.body, status=self.status, headers=headers)


ODD = {
    "number": OddAnswer(label="the number 5", label_fr="le nombre 5", body=b"5"),
    "null": OddAnswer(label="null", label_fr="null", body=b"null"),
    "text": OddAnswer(label="a piece of text", label_fr="un bout de texte", body=b'"ok, as it were"'),
    "list": OddAnswer(label="an empty list", label_fr="une liste vide", body=b"[]"),
    "items": OddAnswer(label="a list", label_fr="une liste", body=b'[{"ok": true}]'),
    "refusal": OddAnswer(label="a refusal without a word", label_fr="un refus sans mot", body=b'{"ok": false}'),
    "brackets": OddAnswer(label="20,000 brackets", label_fr="20 000 crochets", body=b"[" * 20_000),
    "bytes": OddAnswer(label="bytes that are no UTF-8", label_fr="des octets hors UTF-8", body=b'{"ok": "\xff\xfe"'),
    "page": OddAnswer(
        label="a web page",
        label_fr="une page web",
        body=b"<html><body>Sign in to the network</body></html>",
        headers={"Content-Type": "text/html"},
    ),
    "plain": OddAnswer(
        label="plain text", label_fr="du texte brut", body=b"Sign in", headers={"Content-Type": "text/plain"}
    ),
    "archive": OddAnswer(
        label="a file", label_fr="un fichier", body=b"\x1f\x8b\x08", headers={"Content-Type": "application/gzip"}
    ),
    "packed": OddAnswer(
        label="what only claims to be packed",
        label_fr="du contenu faussement compressé",
        body=b'{"ok": true}',
        headers={"Content-Encoding": "gzip"},
    ),
    "header": OddAnswer(
        label="a header of 100,000 letters",
        label_fr="un en-tête de 100 000 lettres",
        body=b'{"ok": true}',
        headers={"X-Filler": "x" * 100_000},
    ),
    "elsewhere": OddAnswer(
        label="a redirect",
        label_fr="une redirection",
        status=302,
        headers={"Location": "http://127.0.0.1:9/sign-in"},
    ),
    "empty": OddAnswer(label="nothing", label_fr="rien"),
}
SWITCHES = {kind: ODD[kind] for kind in ("number", "null", "list", "brackets", "bytes", "page", "empty")}
"""Those that can be switched on for good; any may be asked for once."""
