"""The `suyuan` command."""
