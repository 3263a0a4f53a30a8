"""Speed and memory, as ratios within one run: absolute figures don't travel from one machine to the next."""
