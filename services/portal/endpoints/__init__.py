"""The HTTP side of the portal: commands in, read models out, and the page."""

from services.portal.endpoints.application import check_key, http

__all__ = ["check_key", "http"]
