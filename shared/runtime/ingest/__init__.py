"""From Kafka to the transaction: partitions read without a break, records parsed, batches taken in turn."""
