"""What a batch comes to: no I/O, no clock, no driver."""
