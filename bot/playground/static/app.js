// The page: shows the bot's answers and posts, and knows nothing else.

import { combobox } from "./combobox.js";
import { drawer } from "./drawer.js";
import { openForm } from "./form.js";
import { chosen, dress, keep, reading, readOn, TEAMS } from "./look.js";
import { message, SHARE, shareable } from "./message.js";
import { el } from "./render.js";
import { talk } from "./talk.js";

const $ = (id) => document.getElementById(id);
const POLL = 1000; // milliseconds between polls for news
const HIDDEN_POLL = 5000; // the same while the page is hidden

const OWN = 8000; // milliseconds during which news in a channel counts as the result of one's own action there
const NEAR = 160; // pixels from the end of the log that count as its end

const state = {
  channels: [], completions: [], questions: [], zone: "America/New_York", zoneName: "", here: "", started: false,
  look: chosen(), logs: new Map(), entries: new Map(), unread: new Map(), posted: new Map(), places: new Map(), below: null, own: { where: "", until: 0 },
};

const BACK = "back"; // the value of a button that is no command, in Teams' look: handlers/actions.py

const { call, trouble, announce, clock } = talk(state);

const channel = (id = state.here) => state.channels.find((one) => one.id === id);

// Render an entry of a log, which is { where, item, node }. `item.waits` means that something in it waits for the digest.
function render(entry) {
  const { where, item } = entry;
  const cards = state.look === TEAMS ? item.cards : null;
  const extra = item.waits ? el("button", { type: "button", onclick: (event) => busy(event.currentTarget, behind.due) }, "Make it due now") : null;
  const onPress = cards
    ? (command, label, button) => busy(button, () => press(entry, command, label))
    : (command, label) => say(...unshared(command), { where, pressed: label });
  const shown = cards || channel(where).kind === "direct" ? item : shareable(item);
  return message({ ...shown, cards }, clock, onPress, extra);
}

// Return the command of a button's value, and whether to share the answer.
const unshared = (value) => (value.startsWith(SHARE) ? [value.slice(SHARE.length), true] : [value, false]);

// Render an entry again in its place. Keyboard focus inside it moves to its beginning.
function redraw(entry) {
  const focused = entry.node.contains(document.activeElement);
  const node = render(entry);
  entry.node.replaceWith(node);
  entry.node = node;
  if (focused) begin(entry);
}

function begin({ node }) {
  node.tabIndex = -1; // makes it focusable, so reading continues there
  node.focus({ preventScroll: true });
}

// Press a button in Teams' look: the answer replaces the card for whoever pressed it.
async function press(entry, command, label) {
  const { where, item } = entry;
  if (command === BACK) return replaceItem(entry, item.covers);
  await say(...unshared(command), { where, pressed: label, over: entry });
}

function replaceItem(entry, item) {
  entry.item = item;
  redraw(entry);
  if (entry.where === state.here) reveal(entry.node, "nearest");
}

// Switch to another look: render every message again and keep the reading position. The playground's look covers no cards, so an answer
// that covers one in Teams' look is appended instead.
async function setLook(look) {
  keep((state.look = look));
  if (look === TEAMS) await dressAll();
  if (state.look !== look) return; // it was changed again in the meantime
  const place = reading($("logs"), state.entries.get(state.here), NEAR);
  for (const entry of [...state.entries.values()].flat()) {
    const { where, item } = entry;
    if (look !== TEAMS && item.covers) {
      entry.item = item.covers;
      add(where, { ...item, covers: null, cards: null });
    }
    redraw(entry);
  }
  readOn($("logs"), place);
}

// Fetch the cards of messages that arrived in the other look.
async function dressAll() {
  try {
    for (const [where, entries] of state.entries) await dress(call, where, entries.flatMap(({ item }) => [item, item.covers]));
  } catch (problem) {
    trouble(problem.message);
  }
}

function add(where, item) {
  const entry = { where, item };
  entry.node = render(entry);
  state.entries.get(where).push(entry);
  state.logs.get(where).append(entry.node);
  if (state.look === TEAMS && !item.cards) dressAll().then(() => redraw(entry)); // it was requested in the other look
  return entry;
}

// Scroll to the end of a short message or the beginning of a long one.
const reveal = (node, short = "end") => node.scrollIntoView({ block: node.offsetHeight > $("logs").clientHeight ? "start" : short });

const toEnd = () => $("logs").scrollHeight - $("logs").scrollTop - $("logs").clientHeight;

// The results of one's own actions are scrolled into view, until one scrolls away.
const mine = (where) => (state.own = { where, until: Date.now() + OWN });
const isMine = (where) => state.own.where === where && Date.now() < state.own.until;

// Remember the first unseen message below the reading position, or null.
function setBelow(entry) {
  state.below = entry;
  $("newer").hidden = entry === null;
}

function show(where, item, fresh = true) {
  const atEnd = toEnd() < NEAR;
  const entry = add(where, item);
  if (!fresh) return;
  entry.node.classList.add("fresh");
  if (where !== state.here) {
    const unread = state.unread.get(where) || { count: 0, first: entry };
    state.unread.set(where, { ...unread, count: unread.count + 1 });
    sides();
  } else if (atEnd || !item.content.public || isMine(where)) reveal(entry.node);
  else if (!state.below) setBelow(entry);
  const place = where === state.here ? "" : ` in ${channel(where).title}`;
  announce(`${item.content.public ? "New message" : "Answer"}${place}: ${item.content.text}`);
}

// Render a post again that a later message has changed, without moving anything.
function remark(where, post) {
  const entry = state.entries.get(where).find(({ item }) => (item.covers || item).id === post.id);
  const { covers } = entry.item;
  if ((covers || entry.item).marks === post.marks) return;
  entry.item = covers ? { ...entry.item, covers: post } : post;
  redraw(entry);
  announce(`Changed: ${post.content.text}`);
}

// Send a request for a channel and show the private answer; public answers arrive as news. `over` is the entry that the answer replaces.
async function ask(path, where, body, { pressed, over } = {}) {
  mine(where);
  try {
    const covers = over && (over.item.covers || over.item);
    const answer = await call(path, { channel: where, ...body, pressed, covers: Boolean(over) });
    trouble("");
    if (answer.form) return openForm(answer.form, (values) => fill(where, answer.form.command, values));
    if (answer.message && over) {
      replaceItem(over, { ...answer.message, pressed, covers });
      announce(`Answer: ${answer.message.content.text}`);
    } else if (answer.message) show(where, { ...answer.message, pressed });
    await news();
  } catch (problem) {
    trouble(problem instanceof TypeError ? "The bot does not answer. Is it still running?" : problem.message);
  }
}

// Send what was filled in; return the problems by field, if there are any.
async function fill(where, command, values) {
  mine(where);
  try {
    const answer = await call("form", { channel: where, command, values, admin: $("admin").checked, once: crypto.randomUUID() });
    if (answer.problems) return answer.problems;
    if (answer.message) show(where, answer.message);
    await news();
  } catch (problem) {
    trouble(problem instanceof TypeError ? "The bot does not answer. Is it still running?" : problem.message);
  }
}

const say = (text, share = false, { where = state.here, ...how } = {}) =>
  ask(share ? "share" : "say", where, { text, admin: $("admin").checked, once: crypto.randomUUID() }, how);

const publish = (what) => ask("publish", state.here, { what });

async function busy(node, act) {
  if (node.getAttribute("aria-disabled") === "true") return;
  node.setAttribute("aria-disabled", "true");
  try {
    await act();
  } finally {
    node.removeAttribute("aria-disabled");
  }
}

const chip = ([label, act]) => el("button", { type: "button", onclick: (event) => busy(event.currentTarget, act) }, label);

// What can be tried with one press.
const chips = () => [
  ...(channel().guest ? [] : [[`Subscribe this ${channel().kind === "direct" ? "chat" : "channel"}`, () => say("/csms subscribe")]]),
  ["Publish a new CSMS", () => publish("new")],
  ["… and its correction", () => publish("correction")],
];

function sides() {
  $("channels").replaceChildren(
    ...state.channels.map((one) => {
      const unread = state.unread.get(one.id)?.count || 0;
      return el(
        "li",
        { class: one.kind === "direct" ? "apart" : "" },
        el(
          "a",
          { href: `#${one.id}`, "aria-current": one.id === state.here ? "page" : null },
          el("span", { class: "kind", "aria-hidden": "true" }, one.kind === "direct" ? "@" : "#"),
          el("span", {}, one.name),
          unread ? el("span", { class: "unread" }, String(unread), el("span", { class: "away" }, " unread")) : null,
        ),
      );
    }),
  );
}

function enter(id) {
  if (state.here) state.places.set(state.here, reading($("logs"), state.entries.get(state.here), NEAR));
  state.here = id;
  const unread = state.unread.get(id);
  state.unread.delete(id);
  setBelow(null);
  for (const [key, log] of state.logs) log.hidden = key !== id;
  const focused = $("channels").contains(document.activeElement);
  sides();
  if (focused) $("channels").querySelector("[aria-current]").focus();
  $("room-name").textContent = channel().title;
  $("room-about").textContent = channel().about;
  $("chips").replaceChildren(...chips().map(chip));
  document.title = `${channel().title} · Trade bot playground`;
  const place = state.places.get(id);
  if (place) readOn($("logs"), place);
  else $("logs").scrollTop = state.posted.get(id).size ? $("logs").scrollHeight : 0;
  if (unread) unread.first.node.scrollIntoView({ block: "start" });
  behind.refresh();
}

// Fetch the new posts of every channel. The bot's store is authoritative, so a restart of either side loses nothing.
async function news() {
  const last = Object.fromEntries(state.channels.map((one) => [one.id, [...state.posted.get(one.id)].at(-1) || ""]));
  const answer = await call(`posts?${new URLSearchParams(last)}`);
  for (const [where, posts] of Object.entries(answer.posts)) {
    const known = state.posted.get(where);
    for (const post of posts) {
      if (!known.has(post.id)) show(where, post, state.started);
      else remark(where, post);
      known.add(post.id);
    }
  }
}

async function watch() {
  try {
    await news();
    if ($("trouble").dataset.lost) {
      delete $("trouble").dataset.lost;
      trouble("");
    }
  } catch {
    $("trouble").dataset.lost = "yes";
    trouble("The bot does not answer. Is “tradebot run” still running? Trying again.");
  }
  setTimeout(watch, document.hidden ? HIDDEN_POLL : POLL);
}

const behind = drawer({ call, clock, announce, trouble, here: () => channel(), more: news, mine });

async function start() {
  keep(state.look);
  Object.assign(state, await call("start"));
  for (const one of state.channels) {
    const log = el("ol", { class: "log", id: `log-${one.id}`, "aria-label": `Messages in ${one.title}`, hidden: true });
    state.logs.set(one.id, log);
    state.entries.set(one.id, []);
    state.posted.set(one.id, new Set());
    $("logs").append(log);
    for (const item of one.opening) show(one.id, item, false);
  }
  $("questions").append(...state.questions.map((question) => chip([question, () => say(question)])));
  const options = combobox($("text"), $("options"), () => state.completions);
  $("composer").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = $("text").value.trim();
    if (!text) return;
    options.sent(text);
    $("text").value = "";
    await say(text);
  });
  for (const away of ["wheel", "touchmove"]) $("logs").addEventListener(away, () => (state.own.until = 0), { passive: true });
  $("logs").addEventListener("scroll", () => toEnd() < 2 && setBelow(null), { passive: true });
  $("newer").addEventListener("click", () => {
    const first = state.below;
    setBelow(null);
    if (!first) return;
    first.node.scrollIntoView({ block: "start" });
    begin(first);
  });
  const wanted = () => (channel(location.hash.slice(1)) || state.channels[0]).id;
  addEventListener("hashchange", () => channel(location.hash.slice(1)) && enter(wanted()));
  await news();
  state.started = true;
  enter(wanted());
  $("look").value = state.look;
  $("look").addEventListener("change", (event) => setLook(event.currentTarget.value));
  $("text").focus();
  setTimeout(watch, POLL);
}

start().catch((problem) => trouble(`The page could not start: ${problem.message}`));
