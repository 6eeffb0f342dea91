"""指定: what passes between a case and the rosters that give it its mediators."""

from services.mediation.designation import exchange, overflow

__all__ = ["exchange", "overflow"]
