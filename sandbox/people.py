"""Who and what the sandbox workspace holds before anyone types: people, channels, and what was said in them."""

from dataclasses import dataclass
from typing import Literal

TEAM_ID = "T01SANDBOX1"
TEAM_NAME = "Sandbox Partners"
TEAM_DOMAIN = "sandbox-partners"
OTHER_TEAM_ID = "T09NORTHWND"
"""The organisation that shares #northwind; everything in it is of other people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member of the workspace, or a guest in it; ``role`` is what the bot is told about them."""

    id: str
    handle: str
    name: str
    role: Literal["operator", "viewer", "bot admin", "guest", "other organisation", ""]
    title: str
    locale: str
    tz: str
    color: int
    owner: bool = False
    """An owner of the workspace, who may delete what others say."""
    guest: bool = False
    external: bool = False
    deactivated: bool = False
    team_id: str = TEAM_ID
    can_act: bool = True
    """Someone whom a visitor of the sandbox may act as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A conversation; ``shared`` with another organisation (Slack Connect)."""

    id: str
    name: str
    members: frozenset[str]
    private: bool = False
    shared: bool = False
    archived: bool = False
    bot_is_member: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Something said before the visitor came: ``minutes`` before now, in answer to ``answers`` (an index) if any."""

    channel: str
    person: str
    text: str
    minutes: int
    answers: int | None = None


MAYA = Person(
    id="U01MAYA4K2P",
    handle="maya",
    name="Maya Okafor",
    role="operator",
    title="Partner manager, London",
    locale="en-GB",
    tz="Europe/London",
    color=0,
)
ALINE = Person(
    id="U02ALINE7QX",
    handle="aline",
    name="Aline Marchand",
    role="operator",
    title="Responsable partenaires, Paris",
    locale="fr-FR",
    tz="Europe/Paris",
    color=1,
)
PRIYA = Person(
    id="U03PRIYA9DM",
    handle="priya",
    name="Priya Raman",
    role="viewer",
    title="Sales, Mumbai",
    locale="en-IN",
    tz="Asia/Kolkata",
    color=2,
)
TOM = Person(
    id="U04TOMB3ZRT",
    handle="tom",
    name="Tom Becker",
    role="bot admin",
    title="Platform, New York",
    locale="en-US",
    tz="America/New_York",
    color=3,
    owner=True,
)
ROSA = Person(
    id="U05ROSA6HJW",
    handle="rosa",
    name="Rosa Lindt",
    role="guest",
    title="Contractor",
    locale="en-US",
    tz="Europe/Zurich",
    color=4,
    guest=True,
)
KEN = Person(
    id="U06KENT8NWD",
    handle="ken",
    name="Ken Tanaka",
    role="other organisation",
    title="IT, Northwind",
    locale="en-US",
    tz="Asia/Tokyo",
    color=5,
    external=True,
    team_id=OTHER_TEAM_ID,
)
GUIDE = Person(
    id="U00GUIDE1SB",
    handle="guide",
    name="Guide",
    role="",
    title="Shows you around the sandbox",
    locale="en-US",
    tz="Europe/London",
    color=6,
    can_act=False,
)
SLACKBOT = Person(
    id="USLACKBOT",
    handle="slackbot",
    name="Slackbot",
    role="",
    title="",
    locale="en-US",
    tz="America/Los_Angeles",
    color=6,
    can_act=False,
)
"""Slack's own, which is in no list of people."""

PEOPLE = (MAYA, ALINE, PRIYA, TOM, ROSA, KEN, GUIDE)
OPERATORS = (MAYA, ALINE)
VIEWERS = (PRIYA,)
ADMINS = (TOM,)

_COLLEAGUES = frozenset({MAYA.id, ALINE.id, PRIYA.id, TOM.id, GUIDE.id})

CHANNELS = (
    Channel(id="C01SALES4KD", name="sales", members=_COLLEAGUES | {ROSA.id}),
    Channel(id="C02CONTOSO7", name="contoso-project", members=_COLLEAGUES),
    Channel(id="C03NORTHWND", name="northwind", members=_COLLEAGUES | {KEN.id}, shared=True),
    Channel(id="C04RANDOM9Q", name="random", members=_COLLEAGUES | {ROSA.id}, bot_is_member=False),
    Channel(id="C05DEALDESK", name="deal-desk", members=frozenset({MAYA.id, TOM.id}), private=True),
    Channel(id="C06ARCHIVE5", name="launch-2025", members=_COLLEAGUES, archived=True),
)

OPENINGS = (
    Opening(
        channel="sales",
        person="tom",
        text="Morning all. The pipeline call moves to 15:00 today, same room.",
        minutes=94,
    ),
    Opening(
        channel="sales",
        person="priya",
        text="Had a good call with contoso.com, they want 40 seats before January. Are they already ours?",
        minutes=41,
    ),
    Opening(
        channel="sales", person="aline", text="I think so, but check who else is tied to them.", minutes=38, answers=1
    ),
    Opening(channel="sales", person="rosa", text="The slides for Thursday are ready for a look.", minutes=23),
    Opening(
        channel="sales",
        person="guide",
        text="This is a sandbox. The bot is real; Slack, Microsoft and every company are made up. Try one:",
        minutes=1,
    ),
    Opening(
        channel="contoso-project",
        person="maya",
        text="Kick-off with Contoso is on Tuesday. Their IT lead asked for the invitation again.",
        minutes=130,
    ),
    Opening(
        channel="contoso-project", person="tom", text="I will look for the right person to accept it.", minutes=121
    ),
    Opening(
        channel="northwind",
        person="ken",
        text="Hello everyone, who sends us the partner invitation? Our domain is northwindtraders.com.",
        minutes=66,
    ),
    Opening(channel="northwind", person="aline", text="Hello Ken, we will post it here.", minutes=60),
    Opening(channel="random", person="priya", text="The coffee machine on the second floor works again.", minutes=15),
    Opening(
        channel="deal-desk", person="maya", text="Fabrikam asked for a discount on the renewal. Thoughts?", minutes=200
    ),
    Opening(channel="launch-2025", person="tom", text="Launched. Archiving this channel, thank you all.", minutes=9000),
)
