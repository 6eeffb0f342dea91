"""The process around the rooms: start and end, HTTP, probes, topics, tokens."""
