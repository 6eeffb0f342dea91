"""The portal's read models as streams: cases, series of counts, and whatever else a command is about."""
