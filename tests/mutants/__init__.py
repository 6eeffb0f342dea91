"""Deliberate faults in the mechanism, each of which a test must catch: ``make mutants``, docs/mutants.md."""
