"""Partner Bot: Microsoft Partner Center inside Slack."""

__version__ = "0.1.0"
