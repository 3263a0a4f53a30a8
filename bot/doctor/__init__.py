"""`tradebot doctor`: check everything the bot needs, change nothing, and report how to fix what is wrong."""
