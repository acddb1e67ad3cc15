"""What the bot counts, for ``/metrics``."""

from prometheus_client import Counter, Gauge, Histogram

INVOCATIONS = Counter(
    "partner_bot_invocations_total", "Commands, presses, windows, shortcuts and mentions.", ("surface", "outcome")
)
SHED = Counter(
    "partner_bot_shed_invocations_total", "Invocations refused because too many were in flight.", ("surface", "how")
)
SECONDS = Histogram(
    "partner_bot_answer_seconds",
    "From the delivery to the answer.",
    ("surface",),
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15),
)
REQUESTS_LEFT = Gauge("partner_bot_partner_center_requests_left", "Requests left of Microsoft's 500 a minute.")
REFUSED_DELIVERIES = Counter("partner_bot_refused_deliveries_total", "Deliveries that were not Slack's.", ("why",))
REFUSED_REQUESTS = Counter(
    "partner_bot_refused_requests_total",
    "Requests and connections ended before anybody knew whose they were.",
    ("why",),
)
DELIVERIES = Counter(
    "partner_bot_deliveries_total", "Messages that were promised, by what became of them.", ("kind", "outcome")
)
EVENTS = Counter(
    "partner_bot_events_total", "What happened at Partner Center, by where it was seen first.", ("source", "kind")
)
WEBHOOKS = Counter(
    "partner_bot_webhook_deliveries_total", "Deliveries to the webhook, by what became of them.", ("outcome",)
)
JOBS = Counter("partner_bot_jobs_total", "Runs of what is done every so often.", ("job", "outcome"))

DELIVERIES_WAITING = Gauge("partner_bot_deliveries_waiting", "Messages that are to come.")
DELIVERIES_GIVEN_UP = Gauge(
    "partner_bot_deliveries_given_up", "Messages that were given up, until they are cleaned up."
)
SUBSCRIPTIONS_PAUSED = Gauge("partner_bot_follows_paused", "What channels follow and is paused.")
SIGN_IN_WORKS = Gauge("partner_bot_sign_in_works", "1 if Microsoft accepted the sign-in when it was last asked.")
SIGNED_IN_AT = Gauge("partner_bot_signed_in_timestamp_seconds", "When a person last signed the bot in; 0: never.")
POLL_WORKS = Gauge("partner_bot_poll_works", "1 if the last poll went well, or none was due yet.")
POLLED_AT = Gauge("partner_bot_last_poll_timestamp_seconds", "The last poll that went well; 0: none yet.")
WEBHOOK_AT = Gauge(
    "partner_bot_last_webhook_timestamp_seconds", "Microsoft's last delivery to the webhook; 0: none yet."
)
