"""Periodic jobs and, from the outbox, deliveries to conversations; knows nothing of what they say."""
