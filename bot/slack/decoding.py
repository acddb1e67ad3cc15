"""How Slack's payloads are decoded: what is optional may be null, missing, empty or of another type."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, ValidationError, model_validator

from bot.views.foreign import SLACK_TS


class Strict(BaseModel):
    """What must be as documented, since a default in its place would be something else than the person chose."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Payload(Strict):
    """Slack adds fields without notice; what is not named here is ignored."""

    @model_validator(mode="wrap")
    @classmethod
    def _default_for_what_is_odd(cls, value: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return read(value)
        except ValidationError as error:
            wrong = {each["loc"][0] for each in error.errors(include_url=False, include_input=False) if each["loc"]}
            odd = {name for name in wrong if not cls.model_fields[str(name)].is_required()}
            if not odd:
                raise
        return read({name: each for name, each in value.items() if name not in odd})


def only_objects(value: object) -> object:
    """Leave out of a list what is no object."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else value


def nothing_for_null(value: object) -> object:
    """Take null for an object without fields."""
    return {} if value is None else value


Id = Annotated[str, Field(min_length=1, max_length=255)]
SlackId = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,64}$")]
"""Of a person or a channel; it stands in the log, so nothing else is taken for one."""
Address = Annotated[str, Field(max_length=1_000)]
"""Slack's own take about a hundred characters; one stands in a window's ``private_metadata``, which holds 3,000."""
Ts = Annotated[str, Field(pattern=f"^{SLACK_TS.pattern}$")]
