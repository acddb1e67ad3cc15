"""What happens in Partner Center, from Microsoft to the channels that follow it; knows nothing of Slack."""
