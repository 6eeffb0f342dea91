"""What a batch starts from and what it comes to, in one MongoDB transaction."""
