"""Notices in words: the card of an event, its thread, digests and bursts."""

from bot.views.notices.burst import burst
from bot.views.notices.card import notice, reply, test, thread_root
from bot.views.notices.digest import digest, digest_pages, digest_rest
from bot.views.notices.facts import Late, MicrosoftSubscriptionFacts

__all__ = [
    "Late",
    "MicrosoftSubscriptionFacts",
    "burst",
    "digest",
    "digest_pages",
    "digest_rest",
    "notice",
    "reply",
    "test",
    "thread_root",
]
