// Draws a Reply (handlers/replies/serialize.py) as elements. Text only ever becomes text nodes, so nothing in a feed can be markup.

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

// Characters that stay on one line; there is room for them on the narrowest screen.
const SHORT = 22;

// Characters of a fact that a column of them holds in two lines.
const LONG = 50;

function host(address) {
  try {
    const url = new URL(address);
    return url.protocol === "https:" ? url.hostname : null;
  } catch {
    return null;
  }
}

// A link whose words name another address than it leads to says where it really leads.
function misleading(text, real) {
  const named = text.toLowerCase().match(/(?:[a-z0-9-]+\.)+[a-z]{2,}/g) || [];
  return named.some((name) => name !== real && !real.endsWith("." + name) && /\.(gov|com|org|net|edu|mil)$/.test(name));
}

export function anchor(text, address) {
  const real = host(address);
  if (real === null) return document.createTextNode(text);
  const link = el("a", { href: address, target: "_blank", rel: "noopener noreferrer", title: address, class: text.length <= SHORT ? "whole" : null }, text);
  return misleading(text, real) ? el("span", {}, link, ` (${real})`) : link;
}

const whole = (text) => (text.length <= SHORT ? el("span", { class: "whole" }, text) : text);

// "title · 67645994 · Fri 6 Feb 2026": no line begins with the dot, and none breaks within a short fact.
function words(text) {
  const [first, ...facts] = text.split(" · ");
  return facts.length ? [first, ...facts.flatMap((fact) => ["\u00a0· ", whole(fact)])] : [text];
}

// What is typed breaks between its words.
export const typed = (text) => el("code", {}, text.split(/( +)/).map((part) => (part.trim() ? whole(part) : part)));

function span(part) {
  if (typeof part === "string") return words(part);
  if (part.code) return typed(part.text);
  let node = part.link ? anchor(part.text, part.link) : el("span", {}, words(part.text));
  if (part.bold) node = el("strong", {}, node);
  if (part.italic) node = el("em", {}, node);
  return node;
}

const line = (parts) => parts.flatMap(span);
const lines = (all, tag) => all.map((parts) => el(tag, {}, line(parts)));

function button(item, say) {
  return el("button", { type: "button", class: item.style || "plain", onclick: () => say(item.command, item.label) }, item.label);
}

// A long value has a row to itself.
function fact([label, value]) {
  const size = value.reduce((sum, part) => sum + (part.text ?? part).length, 0);
  return el("div", { class: size > LONG ? "long" : null }, el("dt", {}, label), el("dd", {}, line(value)));
}

// This page can fold, so the button that stands in for folding elsewhere isn't drawn.
const fold = (block) => el("details", { class: "fold" }, el("summary", {}, block.title), el("ul", {}, lines(block.items, "li")));

// A line in bold that is no sentence stands above what follows it: "You can type", a digest's topics.
function names(block) {
  if (block.type !== "section" || block.lines.length !== 1) return null;
  if (!block.lines[0].every((part) => part.bold && !part.link)) return null;
  const text = block.lines[0].map((part) => part.text).join("");
  return /[.:;!?…]$/.test(text) ? null : text;
}

const BLOCKS = {
  header: (b) => el("h2", {}, b.link ? anchor(b.text, b.link) : b.text),
  section: (b) => el("div", { class: "section" }, lines(b.lines, "p")),
  bullets: (b) => el("ul", { class: "bullets" }, lines(b.items, "li")),
  fields: (b) => el("dl", { class: "facts" }, b.pairs.map(fact)),
  context: (b) => el("div", { class: "context" }, lines(b.lines, "p")),
  divider: () => el("hr"),
  buttons: (b, say) => el("div", { class: "buttons" }, b.buttons.map((item) => button(item, say))),
  fold,
};

// `say(command, label)` is what a press does: the same as typing it. `extra`: a button of the platform's own, put in front of the card's.
export function reply(content, say, extra = null) {
  const below = content.blocks.some((block) => block.type === "header") ? "h3" : "h2";
  const draw = (block) => (names(block) === null ? BLOCKS[block.type](block, say) : el(below, { class: "part" }, names(block)));
  const drawn = el("div", { class: "reply" }, content.blocks.map(draw));
  if (extra) {
    const row = drawn.querySelector(":scope > .buttons");
    const last = drawn.lastElementChild;
    if (row) row.prepend(extra);
    else if (last) last[last.className === "context" ? "before" : "after"](el("div", { class: "buttons" }, extra)); // small print stays last
  }
  return drawn;
}
