"""The two decisions of alerts: a dispute counts once, and a series of weekly counts alarms."""
