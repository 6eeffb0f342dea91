"""The harness of the runtime's tests: a tiny service, its log, its database in memory, its broker."""
