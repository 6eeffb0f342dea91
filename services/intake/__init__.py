"""Intake: filings in, screened and referred disputes out."""
