"""`python -m cli` is `suyuan`."""

from cli.main import main

main()
