"""What the bot costs beside a plain Bolt app: the figures of docs/performance.md."""
