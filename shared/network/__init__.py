"""The network file: one court, its mediation organisations, the institutions and their people."""
