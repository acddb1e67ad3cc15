"""Delivery handlers: one module a kind of delivery, found by itself."""

import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module

from bot.contacts import Contacts
from bot.delivery.channel_lookups import ChannelLookups
from bot.delivery.handler import DeliveryHandler
from bot.delivery.messenger import Messenger
from bot.notifications.enrichment import Enrichment
from bot.notifications.ingest import Ingest
from bot.partner_center.client import PartnerCenter
from bot.partner_center.clouds import Cloud
from bot.storage.repositories import Repositories


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """What handlers are built from."""

    repositories: Repositories
    ingest: Ingest
    enrichment: Enrichment
    channels: ChannelLookups
    messenger: Messenger
    partner_center: PartnerCenter
    cloud: Cloud
    reminder_days: int
    contacts: Callable[[], Awaitable[Contacts]]


def delivery_handlers(dependencies: Dependencies) -> dict[str, DeliveryHandler]:
    """Return the handler of each kind: what ``handler()`` of each module of this package returns."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    handlers: list[DeliveryHandler] = [import_module(f"{__name__}.{name}").handler(dependencies) for name in names]
    return {handler.kind: handler for handler in handlers}
