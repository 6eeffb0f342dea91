"""The embedded stack: real Apache Kafka and real MongoDB from pip wheels, no Docker, no installed Java."""
