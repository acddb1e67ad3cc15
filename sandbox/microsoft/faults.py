"""The switches of the page's panel that concern Microsoft, in both languages of the bot."""

from typing import Final

from sandbox.faults import Fault

SLOW: Final = "slow"
DOWN: Final = "down"
THROTTLED: Final = "throttled"
MFA_MISSING: Final = "mfa_missing"
CONSENT_WITHDRAWN: Final = "consent_withdrawn"
HTML_ANSWER: Final = "html_answer"
BOM: Final = "bom"
DIRECT_PARTNER: Final = "direct_partner"
STRANGE_LINK: Final = "strange_link"


def _fault(fault_id: str, english: tuple[str, str], french: tuple[str, str]) -> Fault:
    return Fault(
        id=fault_id,
        group="microsoft",
        label=english[0],
        effect=english[1],
        label_fr=french[0],
        effect_fr=french[1],
    )


FAULTS: Final[tuple[Fault, ...]] = (
    _fault(
        SLOW,
        ("Slow Microsoft", "Every answer of Partner Center takes 6 seconds."),
        ("Microsoft lent", "Chaque réponse de l’Espace partenaires prend 6 secondes."),
    ),
    _fault(
        DOWN,
        ("Partner Center down", "Partner Center answers 503 to everything."),
        ("Espace partenaires en panne", "L’Espace partenaires répond 503 à tout."),
    ),
    _fault(
        THROTTLED,
        ("Too many requests", "Partner Center answers 429 and asks to wait 57 seconds."),
        ("Trop de requêtes", "L’Espace partenaires répond 429 et demande d’attendre 57 secondes."),
    ),
    _fault(
        MFA_MISSING,
        ("Signed in without MFA", "Microsoft refuses the sign-in because it was made without a second factor."),
        ("Connexion sans MFA", "Microsoft refuse la connexion, faite sans second facteur."),
    ),
    _fault(
        CONSENT_WITHDRAWN,
        ("Consent withdrawn", "Tokens stop working and Entra gives no new ones until somebody consents again."),
        (
            "Consentement retiré",
            "Les jetons ne valent plus rien et Entra n’en donne plus avant un nouveau consentement.",
        ),
    ),
    _fault(
        HTML_ANSWER,
        ("Web page instead of data", "Partner Center answers 200 with an HTML page."),
        ("Page web au lieu de données", "L’Espace partenaires répond 200 avec une page HTML."),
    ),
    _fault(
        BOM,
        (
            "Byte order mark",
            "Answers begin with three invisible bytes, as recorded ones did. Nothing should change.",
        ),
        (
            "Marque d’ordre des octets",
            "Les réponses commencent par trois octets invisibles, comme on en a enregistré. Rien ne doit changer.",
        ),
    ),
    _fault(
        DIRECT_PARTNER,
        ("Direct partner", "We are no indirect provider: relationship lists are refused with code 1002."),
        (
            "Partenaire direct",
            "Nous ne sommes pas fournisseur indirect : les listes de relations sont refusées.",
        ),
    ),
    _fault(
        STRANGE_LINK,
        ("Strange invitation link", "The invitation link leads to a host that only looks like Microsoft’s."),
        (
            "Lien d’invitation étrange",
            "Le lien d’invitation mène à un hôte qui imite ceux de Microsoft.",
        ),
    ),
)
