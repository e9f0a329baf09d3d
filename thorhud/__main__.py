"""Where `thorhud` and `python -m thorhud` begin."""

import sys

from thorhud.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
