"""What the bot counts, for ``/metrics``."""

from prometheus_client import Counter, Gauge, Histogram

INVOCATIONS = Counter(
    "partner_bot_invocations_total", "Commands, presses, windows, shortcuts and mentions.", ("surface", "outcome")
)
SECONDS = Histogram(
    "partner_bot_answer_seconds",
    "From the delivery to the answer.",
    ("surface",),
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15),
)
REQUESTS_LEFT = Gauge("partner_bot_partner_center_requests_left", "Requests left of Microsoft's 500 a minute.")
REFUSED_DELIVERIES = Counter("partner_bot_refused_deliveries_total", "Deliveries that were not Slack's.", ("why",))
