"""Counts of deliveries that are to come or failed; those of the bot's own queues do not count."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, and_, bindparam, func, select

from bot.domain.deliveries import OWN, DeliveryCounts, DeliveryState
from bot.storage.tables import DELIVERY_COUNTS, deliveries

_counted = and_(DELIVERY_COUNTS, ~deliveries.c.conversation.startswith(OWN))
_all = select(deliveries.c.state, func.count()).where(_counted).group_by(deliveries.c.state)
_by_subscription = (
    select(deliveries.c.subscription_id, deliveries.c.state, func.count())
    .where(_counted, deliveries.c.subscription_id.in_(bindparam("ids", expanding=True)))
    .group_by(deliveries.c.subscription_id, deliveries.c.state)
)


def count_deliveries(connection: Connection) -> DeliveryCounts:
    """Return the counts of all deliveries."""
    return _counts(dict(connection.execute(_all).all()))


def counts_by_subscription(connection: Connection, subscription_ids: Collection[str]) -> Mapping[str, DeliveryCounts]:
    """Return the counts of each of these subscriptions that has any deliveries."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for subscription_id, state, count in connection.execute(_by_subscription, {"ids": list(subscription_ids)}):
        found[subscription_id][state] = count
    return {subscription_id: _counts(counts) for subscription_id, counts in found.items()}


def _counts(by_state: Mapping[str, int]) -> DeliveryCounts:
    to_come = by_state.get(DeliveryState.WAITING, 0) + by_state.get(DeliveryState.HELD, 0)
    return DeliveryCounts(waiting=to_come, failed=by_state.get(DeliveryState.DEAD, 0))
