"""bot/teams/README.md matches the clouds and the local client that the tests drive."""

import json
import re
from urllib.parse import urlsplit

from bot import settings
from bot.teams import clouds
from tests.support.markdown import table
from tests.support.paths import ROOT

README = (ROOT / "bot" / "teams" / "README.md").read_text(encoding="utf-8")
CLIENT = ROOT / "tests" / "support" / "local_client" / "package.json"


def test_the_local_client_is_the_one_that_the_tests_drive() -> None:
    package = json.loads(CLIENT.read_text(encoding="utf-8"))
    ((name, version),) = package["dependencies"].items()
    assert f"npx -y {name}@{version} start -e http://127.0.0.1:{settings.DEFAULTS['PORT']}/api/messages" in README


def test_the_bot_starts_for_the_local_client() -> None:
    (line,) = re.findall(r"^(TEAMS_CLIENT_ID=.*) tradebot run$", README, re.MULTILINE)
    teams = settings.load(dict(word.split("=") for word in line.split())).teams
    assert teams is not None
    assert teams.anonymous


def test_the_clouds_are_listed_with_their_addresses() -> None:
    names, _, sign_in, posts = (row[1:] for row in table(README, "Cloud"))
    known = [clouds.CLOUDS[name.strip("`")] for name in names]
    assert len(known) == len(clouds.CLOUDS)
    assert sign_in == [urlsplit(cloud.login).netloc for cloud in known]
    assert posts == [urlsplit(cloud.service_url).netloc for cloud in known]
