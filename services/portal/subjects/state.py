"""A subject of which the portal remembers nothing."""

from shared.casework.protocol import State
from shared.casework.table import Table


class Subject(State):
    """No fields: the answers to commands are rows."""


# No act: a request is refused. Nothing is taken: an event changes nothing.
subjects: Table[Subject, None] = Table("subjects", Subject)
