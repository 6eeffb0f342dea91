"""Pure case work: decide / evolve / advance, clocks, calendar, case ids and numbers."""
