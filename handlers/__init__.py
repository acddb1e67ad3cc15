"""What people can do, one module a feature; adding a module here adds it to the bot."""
