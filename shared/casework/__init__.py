"""Pure case work: decide / evolve / advance, calendar, case ids and numbers."""
