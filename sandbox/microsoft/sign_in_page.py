"""How Entra's authorize page gets back to the app: by redirect, by fragment, or by a form that posts itself."""

import html
import json
from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from sandbox.microsoft.answers import Answer


def go_back(redirect_uri: str, answer: Mapping[str, str], mode: str) -> web.Response:
    """Carry the answer to the redirect URI; a URI without a path gets its slash, as Entra does."""
    there = redirect_uri if redirect_uri.count("/") > 2 else f"{redirect_uri}/"
    match mode:
        case "form_post":
            fields = "".join(
                f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
                for name, value in answer.items()
            )
            form = f'<form method="POST" action="{html.escape(there)}">{fields}</form>'
            page = f'<!DOCTYPE html><title>Working…</title><body onload="document.forms[0].submit()">{form}'
            return web.Response(text=page, content_type="text/html")
        case "fragment":
            return web.Response(status=302, headers={"Location": f"{there}#{urlencode(answer)}"})
        case _:
            separator = "&" if "?" in there else "?"
            return web.Response(status=302, headers={"Location": f"{there}{separator}{urlencode(answer)}"})


def failure(refusal: Answer) -> web.Response:
    """The page a person sees when the sign-in cannot even begin; it never goes back to the app."""
    description = str(json.loads(refusal.payload())["error_description"])
    page = f"<!DOCTYPE html><title>Sign in to your account</title><h1>Sorry</h1><p>{html.escape(description)}</p>"
    return web.Response(status=400, text=page, content_type="text/html")
