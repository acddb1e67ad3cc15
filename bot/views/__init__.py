"""Every word for people: pure functions from values to Slack messages and windows, one module a noun."""
