"""A shard of the counts: its open weeks, and what comes late of its closed ones.

The disputes of a week that is still open are counted in the state and in the rows alone: the events of the
cases stand for them already.
"""

from services.alerts.counts import closing, counting
from services.alerts.counts.state import Shard, counts

__all__ = ["Shard", "closing", "counting", "counts"]
