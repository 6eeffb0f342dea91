"""The closed weeks of a shard, as an array: each new one is judged, late disputes put old ones right."""

from services.alerts.archive import keeping
from services.alerts.archive.state import Archive, archive

__all__ = ["Archive", "archive", "keeping"]
