"""The one place where ids come from chance."""

import uuid


def new_id() -> str:
    """Return a fresh id for a command or a message that starts a chain."""
    return str(uuid.uuid4())
