"""What happens in Partner Center, from Microsoft to the channels that have subscribed it; knows nothing of Slack."""
