"""Values without I/O: what the bot knows before it asks anyone."""
