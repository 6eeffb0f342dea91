"""A subscription: of which alerts somebody is told, how soon, and what waits to be told."""

from services.alerts.subscription import asking, confirming, telling
from services.alerts.subscription.state import Subscription, subscription

__all__ = ["Subscription", "asking", "confirming", "subscription", "telling"]
