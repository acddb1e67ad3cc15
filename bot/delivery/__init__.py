"""Delivery of what the outbox owes to conversations, and periodic jobs; knows nothing of what messages say."""
