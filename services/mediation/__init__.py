"""Mediation: designation, clocks, agreements and the eight ends."""
