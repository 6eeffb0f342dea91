"""What every room stands on: settings, logs, metrics, limits, and the types that pass between the rooms."""
