"""What Microsoft's support asks for: the ids of a failed request, carried by a button and shown to be copied.

The text is English, for Microsoft; it holds no token and no name.
"""

from pydantic import TypeAdapter, ValidationError

from bot import __version__
from bot.language import Language
from bot.partner_center.errors import Diagnosis
from bot.reply import Modal
from bot.views.blocks import BUTTON_VALUE
from bot.views.modals import text_modal

_DIAGNOSIS = TypeAdapter(Diagnosis)
_LONGEST = 150
"""Characters of one id or path; ten of them fit a button."""


def button_value(diagnosis: Diagnosis) -> str:
    """Return the diagnosis as compact JSON for a button, or "" where it cannot fit."""
    values = {
        key: value[:_LONGEST] if isinstance(value, str) else value
        for key, value in _DIAGNOSIS.dump_python(diagnosis, mode="json", exclude_none=True).items()
    }
    value = _DIAGNOSIS.dump_json(_DIAGNOSIS.validate_python(values), exclude_none=True).decode()
    return value if len(value) <= BUTTON_VALUE else ""


def support_text(diagnosis: Diagnosis) -> str:
    """Return the lines to send to Microsoft's support."""
    lines = {
        "Operation": diagnosis.operation,
        "Time": f"{diagnosis.at:%Y-%m-%d %H:%M:%S} UTC",
        "Status": "no answer" if diagnosis.status is None else str(diagnosis.status),
        "Error code": diagnosis.code,
        "Request ID": diagnosis.request_id,
        "Correlation ID": diagnosis.correlation_id,
        "Partner tenant ID": diagnosis.partner_tenant_id,
        "Customer tenant ID": diagnosis.customer_tenant_id,
        "Cloud": diagnosis.cloud,
        "Client": f"Partner Bot {__version__}",
    }
    return "\n".join(f"{label}: {value}" for label, value in lines.items() if value)


def support_modal(lang: Language, value: str) -> Modal:
    """Return the window with that text, made of the button's ``value``."""
    try:
        text = support_text(_DIAGNOSIS.validate_json(value))
    except ValidationError:  # the button is older than the form of its value
        text = value
    return text_modal(
        lang,
        title=lang.text("For Microsoft support"),
        label=lang.text("Copy into your support request"),
        text=text,
    )
