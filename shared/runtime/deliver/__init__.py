"""What leaves the platform by something else than Kafka: notices that a service has due, in their order."""
