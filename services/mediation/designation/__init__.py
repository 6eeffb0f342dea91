"""指定: what passes between a case and the rosters that give it its mediators."""

from services.mediation.designation import exchange, overflow, seats

__all__ = ["exchange", "overflow", "seats"]
