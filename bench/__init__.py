"""What the pipeline costs, measured against hand-written twins: `python -m bench`."""
