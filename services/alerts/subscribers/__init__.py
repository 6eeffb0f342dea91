"""The list of all subscribers: whom an alert is for."""

from services.alerts.subscribers import finding
from services.alerts.subscribers.state import Subscribers, subscribers

__all__ = ["Subscribers", "finding", "subscribers"]
