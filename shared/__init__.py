"""The published language, the case-work mechanism and the runtime that all services share."""
