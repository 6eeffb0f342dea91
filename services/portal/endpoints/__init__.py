"""The HTTP side of the portal: commands in, read models out, and the page."""

from services.portal.endpoints.application import http

__all__ = ["http"]
