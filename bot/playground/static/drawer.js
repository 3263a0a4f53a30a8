// The folded drawer: the feeds' state, the admin switch and the clock.

import { el } from "./render.js";

const EVERY = 2000;

export function drawer({ call, clock, announce, trouble, here, more }) {
  const node = document.getElementById("drawer");
  const toggle = document.getElementById("drawer-toggle");
  const narrow = matchMedia("(max-width: 760px)");
  let timer = 0;

  const fact = (label, value) => el("div", {}, el("dt", {}, label), el("dd", {}, value));

  function feed(one) {
    return el(
      "li",
      {},
      el("p", { class: "name" }, one.name, el("span", { class: `state ${one.look}` }, one.state)),
      el("p", {}, one.detail),
      one.error ? el("p", {}, one.error) : null,
    );
  }

  async function refresh() {
    clearTimeout(timer);
    if (node.hidden || !here()) return;
    try {
      const facts = await call(`behind?channel=${encodeURIComponent(here().id)}`);
      const clockFacts = [
        fact("Now", clock(facts.now)),
        fact("Waiting here", facts.waiting),
        fact("Content", facts.content),
      ];
      document.getElementById("clock").replaceChildren(...clockFacts);
      document.getElementById("feeds").replaceChildren(...facts.feeds.map(feed));
    } catch {
      // the page's own watch says that the bot does not answer
    }
    timer = setTimeout(refresh, EVERY);
  }

  function set(open) {
    node.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    if (open) document.getElementById("drawer-close").focus();
    else toggle.focus();
    refresh();
  }

  toggle.addEventListener("click", () => set(node.hidden));
  document.getElementById("drawer-close").addEventListener("click", () => set(false));
  node.addEventListener("keydown", (event) => event.key === "Escape" && set(false));
  async function due() {
    try {
      const answer = await call("due", { channel: here().id });
      announce(answer.said);
      document.getElementById("due-said").textContent = answer.said;
      await more();
      await refresh();
      if (narrow.matches && !node.hidden) set(false); // it lies over what is posted now
    } catch (problem) {
      trouble(problem.message);
    }
  }

  document.getElementById("due").addEventListener("click", due);
  return { due, refresh };
}
