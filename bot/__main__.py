"""`python -m bot` is `tradebot`, also from a checkout that is not installed."""

from bot.cli import entry

if __name__ == "__main__":
    entry()
