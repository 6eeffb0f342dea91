"""What `suyuan verify` does: reads histories from databases and topics, and says what does not hold."""
