"""The command where it is not on the path: ``python -m syriaconflict``."""

from syriaconflict.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
