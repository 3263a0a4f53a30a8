// Renders a Reply (handlers/replies/serialize.py) as elements. Text becomes text nodes only, so nothing in a feed can be markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const SHORT = 22; // characters that stay on one line, which fits the narrowest screen
const LONG = 50; // characters of a fact that fit into two lines of a column

// The endings of bot/urls.py: of a word in a title that make it a host, rather than a sentence followed by another without a blank.
const ENDINGS = new Set(["biz", "co", "com", "edu", "example", "gov", "info", "int", "io", "mil", "net", "org", "uk", "xyz"]);

function host(address) {
  try {
    const url = new URL(address);
    return url.protocol === "https:" ? url.hostname : null;
  } catch {
    return null;
  }
}

const isOfficial = (host) => /\.(gov|mil|govdelivery\.com)$/.test(host) || host === "govdelivery.com";

// What a reader may take for a host, and whether it can hardly be anything else. Look-alike characters are normalized.
function hostsIn(text) {
  const seen = text.normalize("NFKC").replaceAll("\u3002", ".").replace(/\p{Cf}/gu, "").toLowerCase();
  return [...seen.matchAll(/(:[/][/]|www\.)?([\p{L}\p{N}_.-]+)/gu)].flatMap(([, mark, word]) => {
    const host = word.replace(/^[._-]+|[._-]+$/g, "").replace(/^www\./, "");
    const labels = host.split(".");
    const last = labels.pop();
    const named = labels.length > 0 && labels.every(Boolean) && /^\p{L}{2,}$/u.test(last);
    return named || mark === "://" ? [{ host, sure: Boolean(mark) || ENDINGS.has(last) || /[^\0-\x7f]/.test(last) }] : [];
  });
}

// Whether the host has to be shown beside a link's text, as bot/urls.py decides it for Slack and Teams.
export function isMisleading(text, hostname) {
  const real = hostname.toLowerCase().replace(/^www\./, "");
  const official = isOfficial(real);
  const named = hostsIn(text);
  if (!official && named.length === 0) return true;
  const isSameSite = (host) => host === real || (host.includes(".") && real.endsWith(`.${host}`));
  return named.some(({ host, sure }) => (sure || !official) && !(isOfficial(host) ? official : isSameSite(host)));
}

export function anchor(text, address) {
  const real = host(address);
  if (real === null) return document.createTextNode(text);
  const link = el("a", { href: address, target: "_blank", rel: "noopener noreferrer", title: address, class: text.length <= SHORT ? "whole" : null }, text);
  return isMisleading(text, real) ? el("span", {}, link, ` (${real})`) : link;
}

const whole = (text) => (text.length <= SHORT ? el("span", { class: "whole" }, text) : text);

// "title · 67645994 · Fri 6 Feb 2026": no line starts with the dot or breaks inside a short fact.
function words(text) {
  const [first, ...facts] = text.split(" · ");
  return facts.length ? [first, ...facts.flatMap((fact) => ["\u00a0· ", whole(fact)])] : [text];
}

// A command breaks only between its words.
export const commandText = (text) => el("code", {}, text.split(/( +)/).map((part) => (part.trim() ? whole(part) : part)));

// A mailbox of the government. Only a text that is nothing else is a link: none hides where it leads.
const MAILBOX = /^[A-Za-z0-9][A-Za-z0-9._-]*@([A-Za-z0-9-]+\.)+(gov|mil)$/;

function plain(text) {
  return MAILBOX.test(text) ? el("a", { href: `mailto:${text}` }, text) : el("span", {}, words(text));
}

function span(part) {
  if (typeof part === "string") return MAILBOX.test(part) ? plain(part) : words(part);
  if (part.code) return commandText(part.text);
  let node = part.link ? anchor(part.text, part.link) : plain(part.text);
  if (part.bold) node = el("strong", {}, node);
  if (part.quiet) node = el("span", { class: "quiet" }, node);
  if (part.italic) node = el("em", {}, node);
  return node;
}

const line = (parts) => parts.flatMap(span);
// A mark says what became of the item above it, so it stands in that item. A title may begin with an arrow too.
const isMark = ([first]) => (typeof first === "string" ? first : first?.text) === "↳ ";
const items = (all) =>
  all.reduce((list, parts) => {
    if (list.length && isMark(parts)) list.at(-1).append(el("div", {}, line(parts)));
    else list.push(el("li", {}, line(parts)));
    return list;
  }, []);
const lines = (all, tag) => all.map((parts) => el(tag, {}, line(parts)));

function button(item, say) {
  const press = () => (!item.confirm || confirm(item.confirm)) && say(item.command, item.label);
  return el("button", { type: "button", class: item.style || "plain", onclick: press }, item.label);
}

// Return the button "…" and the row of buttons that it shows and hides.
function overflow({ buttons, label }, say) {
  const row = el("div", { class: "buttons", hidden: true }, buttons.map((item) => button(item, say)));
  const toggle = el("button", { type: "button", class: "more", title: label, "aria-label": label, "aria-expanded": "false", onclick }, "…");
  function onclick() {
    row.hidden = !row.hidden;
    toggle.setAttribute("aria-expanded", String(!row.hidden));
    row.scrollIntoView({ block: "nearest" });
  }
  return [toggle, row];
}

function section(block, say) {
  const text = el("div", { class: "section" }, lines(block.lines, "p"));
  return block.overflow ? el("div", { class: "beside" }, text, overflow(block.overflow, say)) : text;
}

// A select menu with a button: a choice by the arrow keys alone must not act.
function menu({ label, buttons }, say) {
  const select = el("select", { "aria-label": label }, buttons.map((item, place) => el("option", { value: place }, item.label)));
  const show = () => say(buttons[select.value].command, buttons[select.value].label);
  return el("div", { class: "menu" }, el("label", {}, el("span", {}, label), select), el("button", { type: "button", onclick: show }, "Show"));
}

// A long value gets a row of its own.
function fact([label, value]) {
  const size = value.reduce((sum, part) => sum + (part.text ?? part).length, 0);
  return el("div", { class: size > LONG ? "long" : null }, el("dt", {}, label), el("dd", {}, line(value)));
}

// This page can fold, so it needs no button in place of a fold.
const fold = (block) => el("details", { class: "fold" }, el("summary", {}, block.title), el("ul", {}, lines(block.items, "li")));

// Return a section's text if it is a heading, which is one bold line without a sentence's end; else null.
function headingText(block) {
  if (block.type !== "section" || block.lines.length !== 1) return null;
  if (!block.lines[0].every((part) => part.bold && !part.link)) return null;
  const text = block.lines[0].map((part) => part.text).join("");
  return /[.:;!?…]$/.test(text) ? null : text;
}

const BLOCKS = {
  header: (b) => el("h2", {}, b.link ? anchor(b.text, b.link) : b.text),
  section,
  bullets: (b) => el("ul", { class: "bullets" }, items(b.items)),
  fields: (b) => el("dl", { class: "facts" }, b.pairs.map(fact)),
  context: (b) => el("div", { class: "context" }, lines(b.lines, "p")),
  divider: () => el("hr"),
  buttons: (b, say) => el("div", { class: "buttons" }, b.buttons.map((item) => button(item, say))),
  menu,
  overflow: (b, say) => el("div", { class: "buttons" }, overflow(b, say)),
  fold,
};

// Draw the blocks in order. An overflow menu belongs to the row of buttons or the menu before it.
function draw(blocks, say, below) {
  const drawn = [];
  for (const [place, block] of blocks.entries()) {
    const heading = headingText(block);
    if (heading !== null && !block.overflow) drawn.push(el(below, { class: "part" }, heading));
    else if (block.type === "overflow" && ["buttons", "menu"].includes(blocks[place - 1]?.type)) {
      const [toggle, row] = overflow(block, say);
      drawn.at(-1).append(toggle);
      drawn.push(row);
    } else drawn.push(BLOCKS[block.type](block, say));
  }
  return drawn;
}

// `say(command, label)` handles a press like a typed command. `extra` is a button of the page, placed before the card's own.
export function reply(content, say, extra = null) {
  const below = content.blocks.some((block) => block.type === "header") ? "h3" : "h2";
  const drawn = el("div", { class: "reply" }, draw(content.blocks, say, below));
  if (extra) {
    const row = drawn.querySelector(":scope > .buttons:not([hidden])");
    const last = drawn.lastElementChild;
    if (row) row.prepend(extra);
    else if (last) last[last.className === "context" ? "before" : "after"](el("div", { class: "buttons" }, extra)); // small print stays last
  }
  return drawn;
}
