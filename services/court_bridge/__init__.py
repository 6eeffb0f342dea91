"""Court bridge: judicial confirmation, handover and what the court answers."""
