// The page: asks the bot, shows what it answers and posts, and knows nothing else. Everything comes from this bot's own API.

import { combobox } from "./combobox.js";
import { drawer } from "./drawer.js";
import { message, sharable, share } from "./message.js";
import { el } from "./render.js";

const $ = (id) => document.getElementById(id);
const API = "/playground/api/";
const EVERY = 1000;
const HIDDEN_EVERY = 5000;

const OWN = 8000; // milliseconds in which what comes into a channel counts as what was asked for there
const NEAR = 160; // pixels from the end of the log at which somebody is reading its end

const state = {
  channels: [], completions: [], zone: "America/New_York", zoneName: "", here: "", started: false,
  logs: new Map(), unread: new Map(), posted: new Map(), marked: new Map(), places: new Map(), below: null, own: { where: "", until: 0 },
};

async function call(path, body) {
  const answer = await fetch(API + path, body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const data = await answer.json().catch(() => ({ error: `The bot answered ${answer.status}.` }));
  if (!answer.ok) throw new Error(data.error || `The bot answered ${answer.status}.`);
  return data;
}

const channel = (id = state.here) => state.channels.find((one) => one.id === id);

function trouble(text) {
  $("trouble").textContent = text;
  $("trouble").hidden = !text;
}

// Read by a screen reader. Emptied first, so that the same words twice are read twice.
function announce(text) {
  $("said").textContent = "";
  setTimeout(() => ($("said").textContent = text), 50);
}

function clock(moment) {
  const date = moment ? new Date(moment) : new Date();
  const options = { timeZone: state.zone, hour: "2-digit", minute: "2-digit", hour12: false };
  const day = { timeZone: state.zone, weekday: "short", day: "numeric", month: "short" };
  const today = new Date().toLocaleDateString("en-GB", day) === date.toLocaleDateString("en-GB", day);
  return (today ? "" : `${date.toLocaleDateString("en-GB", day).replace(",", "")} `) + `${date.toLocaleTimeString("en-GB", options)}${state.zoneName && ` ${state.zoneName}`}`;
}

// One message of the log, and what can be done with it here. `waits`: it tells of something that waits for the digest.
function shown(item, where) {
  const extra = item.waits
    ? el("button", { type: "button", onclick: (event) => busy(event.currentTarget, behind.due) }, "Make it due now")
    : sharable(item)
    ? share((event) => busy(event.currentTarget, () => say(item.asked, { where, share: true })))
    : null;
  return message(item, clock, (command, label) => say(command, { where, pressed: label }), extra);
}

// The end of a short message, the beginning of a long one.
const reveal = (node) => node.scrollIntoView({ block: node.offsetHeight > $("logs").clientHeight ? "start" : "end" });

const toEnd = () => $("logs").scrollHeight - $("logs").scrollTop - $("logs").clientHeight;

// The results of one's own doing are brought into view, until one scrolls away.
const mine = (where) => (state.own = { where, until: Date.now() + OWN });
const isMine = (where) => state.own.where === where && Date.now() < state.own.until;

// `node`: the first message that stands unseen below what is being read; null when there is none.
function below(node) {
  state.below = node;
  $("newer").hidden = node === null;
}

function show(where, item, fresh = true) {
  const log = state.logs.get(where);
  const atEnd = toEnd() < NEAR;
  const node = shown(item, where);
  log.append(node);
  if (item.id) state.marked.set(item.id, { marks: item.marks, node });
  if (!fresh) return;
  node.classList.add("fresh");
  if (where !== state.here) {
    const unread = state.unread.get(where) || { count: 0, first: node };
    state.unread.set(where, { ...unread, count: unread.count + 1 });
    sides();
  } else if (atEnd || !item.content.public || isMine(where)) reveal(node);
  else if (!state.below) below(node);
  const place = where === state.here ? "" : ` in ${channel(where).title}`;
  announce(`${item.content.public ? "New message" : "Answer"}${place}: ${item.content.text}`);
}

// A later message changed what a post says: it is shown anew in its place, and nothing moves.
function remark(where, post) {
  const before = state.marked.get(post.id);
  if (before.marks === post.marks) return;
  const node = shown(post, where);
  before.node.replaceWith(node);
  state.marked.set(post.id, { marks: post.marks, node });
  announce(`Changed: ${post.content.text}`);
}

// Asks the bot for something in a channel and shows what it answers to the asker; what it says to everybody comes as news.
async function ask(path, where, body, pressed) {
  mine(where);
  try {
    const answer = await call(path, { channel: where, ...body });
    trouble("");
    if (answer.message) show(where, { ...answer.message, pressed });
    await news();
  } catch (problem) {
    trouble(problem instanceof TypeError ? "The bot does not answer. Is it still running?" : problem.message);
  }
}

const say = (text, { where = state.here, share = false, pressed } = {}) =>
  ask(share ? "share" : "say", where, { text, admin: $("admin").checked, once: crypto.randomUUID() }, pressed);

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

const CHIPS = [
  ["counterfeit goods", () => say("/pti counterfeit goods")],
  ["Subscribe this channel", () => say("/csms subscribe")],
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
  if (state.here) state.places.set(state.here, toEnd() < NEAR ? Infinity : $("logs").scrollTop);
  state.here = id;
  const unread = state.unread.get(id);
  state.unread.delete(id);
  below(null);
  for (const [key, log] of state.logs) log.hidden = key !== id;
  const focused = $("channels").contains(document.activeElement);
  sides();
  if (focused) $("channels").querySelector("[aria-current]").focus();
  $("room-name").textContent = channel().title;
  $("room-about").textContent = channel().about;
  document.title = `${channel().title} · Trade bot playground`;
  const place = state.places.get(id) ?? (state.posted.get(id).size ? Infinity : 0);
  $("logs").scrollTop = Math.min(place, $("logs").scrollHeight);
  if (unread) unread.first.scrollIntoView({ block: "start" });
  behind.refresh();
}

// What was posted since, in every channel. The bot's store is the truth: a restart of either side loses nothing.
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
  setTimeout(watch, document.hidden ? HIDDEN_EVERY : EVERY);
}

const behind = drawer({ call, clock, announce, trouble, here: () => channel(), more: news, mine });

async function start() {
  Object.assign(state, await call("start"));
  for (const one of state.channels) {
    const log = el("ol", { class: "log", id: `log-${one.id}`, "aria-label": `Messages in ${one.title}`, hidden: true });
    state.logs.set(one.id, log);
    state.posted.set(one.id, new Set());
    $("logs").append(log);
    for (const item of one.opening) show(one.id, item, false);
  }
  $("chips").replaceChildren(...CHIPS.map(([label, act]) => el("button", { type: "button", onclick: (event) => busy(event.currentTarget, act) }, label)));
  const options = combobox($("text"), $("options"), () => state.completions);
  $("composer").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = $("text").value.trim();
    if (!text) return;
    options.close();
    $("text").value = "";
    await say(text);
  });
  for (const away of ["wheel", "touchmove"]) $("logs").addEventListener(away, () => (state.own.until = 0), { passive: true });
  $("logs").addEventListener("scroll", () => toEnd() < 2 && below(null), { passive: true });
  $("newer").addEventListener("click", () => {
    const first = state.below;
    below(null);
    if (!first) return;
    first.scrollIntoView({ block: "start" });
    first.tabIndex = -1; // so that reading goes on there
    first.focus({ preventScroll: true });
  });
  const wanted = () => (channel(location.hash.slice(1)) || state.channels[0]).id;
  addEventListener("hashchange", () => channel(location.hash.slice(1)) && enter(wanted()));
  await news();
  state.started = true;
  enter(wanted());
  $("text").focus();
  $("text").setSelectionRange($("text").value.length, $("text").value.length);
  setTimeout(watch, EVERY);
}

start().catch((problem) => trouble(`The page could not start: ${problem.message}`));
