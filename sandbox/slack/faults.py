"""What can be broken on Slack's side: the switches on the page, and single failures that a test asks for."""

from dataclasses import dataclass

from sandbox.faults import Fault

FAULTS = (
    Fault(
        id="rate_limited",
        group="slack",
        label="Rate limited",
        effect="Slack answers each call once with 429 and asks to wait 1 s",
        label_fr="Débit limité",
        effect_fr="Slack répond une fois 429 à chaque appel et demande d’attendre 1 s",
    ),
    Fault(
        id="response_url_broken",
        group="slack",
        label="Answer address broken",
        effect="Slack refuses every answer sent to a response_url",
        label_fr="Adresse de réponse coupée",
        effect_fr="Slack refuse toute réponse envoyée à un response_url",
    ),
    Fault(
        id="redeliver",
        group="slack",
        label="Redeliver",
        effect="Slack delivers every event twice",
        label_fr="Double envoi",
        effect_fr="Slack livre chaque événement deux fois",
    ),
    Fault(
        id="blocks_refused",
        group="slack",
        label="No data tables",
        effect="Slack refuses data_table blocks, so a plainer list comes",
        label_fr="Sans data_table",
        effect_fr="Slack refuse les blocs data_table : une liste plus simple arrive",
    ),
)


@dataclass(slots=True, kw_only=True)
class Failure:
    """One way in which the next calls of a method fail.

    ``drop`` closes the connection without an answer; with ``performed`` the call takes effect first.
    """

    error: str = "internal_error"
    status: int = 200
    retry_after: int | None = None
    times: int = 1
    drop: bool = False
    performed: bool = False
