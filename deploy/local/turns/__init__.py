"""案件百态: every turn that a dispute can take, one story each, played on a real or an imagined platform."""

from deploy.local.turns import (
    decisions,
    doubts,
    ends,
    holders,
    performances,
    periods,
    sides,
    suits,
    talks,
    twins,
)
from deploy.local.turns.script import Case, Do, File, Telling
from deploy.local.turns.story import STORIES, Story

__all__ = [
    "STORIES",
    "Case",
    "Do",
    "File",
    "Story",
    "Telling",
    "decisions",
    "doubts",
    "ends",
    "holders",
    "performances",
    "periods",
    "sides",
    "suits",
    "talks",
    "twins",
]
