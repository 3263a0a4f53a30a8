"""Run the bot's own command with a Teams on this computer in place of Microsoft's cloud, which no setting can name.

`python -m tests.support.teams_process COMMAND`; LOOPBACK_TEAMS is that server's address.
"""

import os
import sys
from dataclasses import replace

from bot import server
from bot.settings import load
from tests.support.teams_server import TeamsServer


def main() -> int:
    settings = load()
    teams = TeamsServer(port=int(os.environ["LOOPBACK_TEAMS"].rpartition(":")[2]))
    code: int = getattr(server, sys.argv[1])(replace(settings, teams=teams.settings()))
    return code


if __name__ == "__main__":
    sys.exit(main())
