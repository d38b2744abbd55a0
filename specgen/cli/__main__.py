"""`python -m specgen.cli` is `specgen`."""

from specgen.cli.app import main

main()
