// The drawer: the feeds' state, the admin switch and the clock.

import { el } from "./render.js";

const REFRESH = 2000; // milliseconds

// `mine(channel)` marks the channel's next news as the result of one's own action.
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
      // the page's own polling reports that the bot does not answer
    }
    timer = setTimeout(refresh, REFRESH);
  }

  // On a narrow screen the drawer covers the rest, which Tab must not reach then.
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
      if (narrow.matches && !node.hidden) set(false); // it covers the new post
    } catch (problem) {
      trouble(problem.message);
    }
  }

  document.getElementById("due").addEventListener("click", due);
  return { due, refresh };
}
