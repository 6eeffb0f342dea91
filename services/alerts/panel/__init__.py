"""All series of a week, judged together once every partition has passed its end."""

from services.alerts.panel import closing, judging
from services.alerts.panel.state import Lasting, Panel, panel

__all__ = ["Lasting", "Panel", "closing", "judging", "panel"]
