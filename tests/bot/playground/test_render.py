"""The page's renderer, run by Node."""

import json
import shutil
import subprocess
from itertools import product

import pytest

from bot.urls import is_misleading
from tests.bot.test_urls import CBP, EVIL, MISLEADING
from tests.support.adaptive.hostile import nasty
from tests.support.paths import ROOT

RENDER = ROOT / "bot" / "playground" / "static" / "render.js"
SCRIPT = """
const { isMisleading } = await import(process.argv[1]);
const pairs = JSON.parse(await new Response(process.stdin).text());
console.log(JSON.stringify(pairs.map(([text, link]) => isMisleading(text, new URL(link).hostname))));
"""

PRESSES = """
const made = [];
const node = (tag) => ({
  tag, lastElementChild: null, append() {}, setAttribute() {}, querySelector: () => null,
  addEventListener(name, act) { this.press = act; },
});
globalThis.document = { createElement: (tag) => made[made.push(node(tag)) - 1], createTextNode: (text) => text };
const { reply } = await import(process.argv[1]);
const buttons = [{ label: "Resend", command: "resend" }, { label: "Drop", command: "drop", style: "danger", confirm: "Drop it?" }];
const [said, asked] = [[], []];
reply({ blocks: [{ type: "buttons", buttons }] }, (command) => said.push(command));
for (const answer of [false, true]) {
  globalThis.confirm = (question) => asked.push(question) && answer;
  for (const each of made.filter((one) => one.tag === "button")) each.press();
}
console.log(JSON.stringify({ said, asked }));
"""

WORDS = (
    "evil.example",
    "www.evil.example/y",
    "EVIL.EXAMPLE (2)",
    "Guidance on AGOA; see CBP.gov",
    "Updates at https://www.cbp.gov/trade and www.ustr.gov",
    "ACE 2.0, Release 3.1.a, e.g. Form 7501.",
    "Filing reminders.New flags",
    "cbp.gov.evil.example",
    "sugar.com",
    "a_.b.gov and -cbp.gov-",
    "www.",
    "",
)
LINKS = (
    CBP,
    EVIL,
    "https://gov",
    "https://evilgovdelivery.com/",
    "https://content.govdelivery.com/x",
    "https://www.federalregister.gov/d/1",
)


@pytest.mark.process
@pytest.mark.skipif(shutil.which("node") is None, reason="no node on the PATH")
def test_the_page_shows_a_links_host_where_slack_and_teams_do() -> None:
    pairs = list(product((*MISLEADING, *WORDS, *(text.encode("utf-8", "replace").decode() for text in nasty(300))), LINKS))
    node = ["node", "--input-type=module", "--eval", SCRIPT, RENDER.as_uri()]
    done = subprocess.run(node, input=json.dumps(pairs), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    different = [pair for pair, here in zip(pairs, shown, strict=True) if here is not is_misleading(*pair)]
    assert different == []
    assert set(shown) == {True, False}


@pytest.mark.process
@pytest.mark.skipif(shutil.which("node") is None, reason="no node on the PATH")
def test_a_button_that_asks_first_does_nothing_when_the_answer_is_no() -> None:
    node = ["node", "--input-type=module", "--eval", PRESSES, RENDER.as_uri()]
    done = subprocess.run(node, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"said": ["resend", "resend", "drop"], "asked": ["Drop it?", "Drop it?"]}
