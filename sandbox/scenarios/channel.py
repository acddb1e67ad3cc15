"""What may become of a channel while the bot follows things in it."""

from sandbox.scenarios.once import once
from sandbox.slack import Slack
from sandbox.slack.page_state import Press

CHANNEL = "contoso-project"


def presses(slack: Slack) -> list[Press]:
    """Return the archiving and sharing of one channel, and the way back."""
    tom = slack.person("tom")
    return [
        once(
            "archive",
            "slack",
            (f"Archive #{CHANNEL}", "Tom archives the channel: nobody can write in it, the bot neither"),
            (f"Archiver #{CHANNEL}", "Tom archive le canal : personne ne peut plus y écrire, le bot non plus"),
            lambda: tom.archives(CHANNEL),
        ),
        once(
            "unarchive",
            "slack",
            (f"Bring #{CHANNEL} back", "Tom takes the channel out of the archive"),
            (f"Rétablir #{CHANNEL}", "Tom sort le canal des archives"),
            lambda: tom.unarchives(CHANNEL),
        ),
        once(
            "share",
            "slack",
            (f"Share #{CHANNEL}", "Another organisation, Ken’s, reads the channel from now on"),
            (f"Partager #{CHANNEL}", "Une autre organisation, celle de Ken, lit désormais le canal"),
            lambda: tom.shares(CHANNEL),
        ),
        once(
            "unshare",
            "slack",
            (f"End the sharing of #{CHANNEL}", "Ken’s organisation is out again"),
            (f"Ne plus partager #{CHANNEL}", "L’organisation de Ken n’y est plus"),
            lambda: tom.unshares(CHANNEL),
        ),
    ]
