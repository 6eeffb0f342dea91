"""The sums over groups of series: an institution alone, a cause over all, a cause's issue over all."""

from services.alerts.groups import summing
from services.alerts.groups.state import Groups, groups

__all__ = ["Groups", "groups", "summing"]
