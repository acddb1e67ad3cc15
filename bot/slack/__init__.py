"""The Slack edge: the only place that knows slack_bolt, slack_sdk and Slack's payloads."""
