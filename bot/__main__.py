"""`python -m bot` is `tradebot`, also from a checkout that is not installed."""

import sys

from bot.cli import main

if __name__ == "__main__":
    sys.exit(main())
