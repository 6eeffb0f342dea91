"""The effects: batch consumer, transactions, outbox, dead letters, settings, logs, health."""
