// The folded drawer: the feeds' state, the admin switch and the clock.

import { el } from "./render.js";

const EVERY = 2000;

// `mine(channel)`: what comes there next is due to the person at the page.
export function drawer({ call, clock, announce, trouble, here, more, mine }) {
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

  // On a narrow screen it lies over the rest, which then must not be reached by Tab behind it.
  function cover() {
    for (const under of document.querySelectorAll(".side, .room")) under.inert = narrow.matches && !node.hidden;
  }

  function set(open) {
    node.hidden = !open;
    cover();
    toggle.setAttribute("aria-expanded", String(open));
    if (open) document.getElementById("drawer-close").focus();
    else toggle.focus();
    refresh();
  }

  narrow.addEventListener("change", cover);
  toggle.addEventListener("click", () => set(node.hidden));
  document.getElementById("drawer-close").addEventListener("click", () => set(false));
  node.addEventListener("keydown", (event) => event.key === "Escape" && set(false));
  async function due() {
    try {
      mine(here().id);
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
