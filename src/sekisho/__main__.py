"""Run Sekisho as `python -m sekisho`."""

import sys

from sekisho.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
