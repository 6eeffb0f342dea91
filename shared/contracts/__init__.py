"""The published language: events, commands, topics, reasons and the network file."""
