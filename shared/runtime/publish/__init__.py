"""What was committed, sent in its order."""
