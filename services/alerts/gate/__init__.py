"""The clock of a partition: it says of each week that the partition has passed its end."""

from services.alerts.gate import passing
from services.alerts.gate.state import Gate, gate

__all__ = ["Gate", "gate", "passing"]
