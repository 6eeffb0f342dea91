"""Whatever else a command is about (a roster, a meeting): nothing to remember but its answers."""

from services.portal.subjects.state import Subject, subjects

__all__ = ["Subject", "subjects"]
