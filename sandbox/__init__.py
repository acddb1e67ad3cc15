"""A made-up Slack, Partner Center and Entra in which the real bot can be tried and tested without an account."""
