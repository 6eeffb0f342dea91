"""Alerts: weekly counts and early warnings to institutions."""
