"""Mediation's two decisions: about a case, and about who of an organisation's roster takes it."""
