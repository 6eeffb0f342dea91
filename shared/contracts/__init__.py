"""The published language: events, commands, topics and reasons."""
