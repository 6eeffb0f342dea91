"""Portal: figures, timelines, the HTTP API and the live page."""
