"""A subscription: of which alerts somebody is told, how soon, and what waits to be told."""

from services.alerts.subscription import asking, telling
from services.alerts.subscription.state import Subscription, subscription

__all__ = ["Subscription", "asking", "subscription", "telling"]
