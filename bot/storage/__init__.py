"""What the bot remembers: one module per thing remembered, over SQLite or PostgreSQL."""
