"""A typed, asynchronous client for Microsoft Partner Center; knows nothing of Slack."""
