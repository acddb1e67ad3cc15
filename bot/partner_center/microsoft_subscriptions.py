"""What a customer has bought, as far as a notice tells it.

https://learn.microsoft.com/partner-center/developer/subscription-resources
"""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from bot.partner_center.requests import Request, nothing, opaque_id
from bot.partner_center.wire import LENIENT, Date, Flag, Resource, ResourceId, Text, spellings


class MicrosoftSubscription(Resource):
    """A customer's subscription."""

    id: ResourceId
    friendly_name: Text = None
    offer_name: Text = None
    quantity: Annotated[int | None, LENIENT] = None
    unit_type: Text = None
    status: Text = None
    """active, suspended, deleted, expired, pending, disabled, or a word that is newer."""
    auto_renew_enabled: Flag = None
    commitment_end_date: Annotated[
        Date, Field(validation_alias=spellings("commitmentEndDateTime", "commitmentEndDate"))
    ] = None

    @property
    def name(self) -> str | None:
        """What people call it."""
        return self.friendly_name or self.offer_name

    @property
    def ends_at(self) -> datetime | None:
        """When the commitment ends or renews; None for what is paid by use."""
        return self.commitment_end_date


# https://learn.microsoft.com/partner-center/developer/get-a-subscription-by-id
def microsoft_subscription(customer_id: str, subscription_id: str) -> Request[MicrosoftSubscription | None]:
    """Ask for one subscription of a customer, whose id is canonical."""
    return Request(
        path=f"/v1/customers/{customer_id}/subscriptions/{opaque_id(subscription_id)}",
        decode=MicrosoftSubscription.model_validate_json,
        absent=nothing,
        customer_tenant_id=customer_id,
    )
