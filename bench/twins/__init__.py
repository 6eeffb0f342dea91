"""The same work by hand: bare aiokafka and motor in straight lines, without the platform's runtime."""
