"""The HTTP server: aiohttp's, with bounds on what a request may cost before anybody knows whose it is."""
