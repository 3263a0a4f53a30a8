// Draws a Reply (handlers/reply_json.py) as elements. Text only ever becomes text nodes, so nothing in a feed can be markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

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
  const link = el("a", { href: address, target: "_blank", rel: "noopener noreferrer", title: address }, text);
  return misleading(text, real) ? el("span", {}, link, ` (${real})`) : link;
}

function span(part) {
  if (typeof part === "string") return document.createTextNode(part);
  let node = part.link ? anchor(part.text, part.link) : document.createTextNode(part.text);
  if (part.code) node = el("code", {}, node);
  if (part.bold) node = el("strong", {}, node);
  if (part.italic) node = el("em", {}, node);
  return node;
}

const line = (parts) => parts.map(span);
const lines = (all, tag) => all.map((parts) => el(tag, {}, line(parts)));

function button(item, say) {
  return el("button", { type: "button", class: item.style || "plain", onclick: () => say(item.command, item.label) }, item.label);
}

// This page can fold, so the button that stands in for folding elsewhere isn't drawn.
const fold = (block) => el("details", { class: "fold" }, el("summary", {}, block.title), el("ul", {}, lines(block.items, "li")));

const BLOCKS = {
  header: (b) => el("h2", {}, b.link ? anchor(b.text, b.link) : b.text),
  section: (b) => el("div", { class: "section" }, lines(b.lines, "p")),
  bullets: (b) => el("ul", { class: "bullets" }, lines(b.items, "li")),
  fields: (b) => el("dl", { class: "facts" }, b.pairs.map(([label, value]) => el("div", {}, el("dt", {}, label), el("dd", {}, line(value))))),
  context: (b) => el("div", { class: "context" }, lines(b.lines, "p")),
  divider: () => el("hr"),
  buttons: (b, say) => el("div", { class: "buttons" }, b.buttons.map((item) => button(item, say))),
  fold,
};

// `say(command, label)` is what a press does: the same as typing it. `extra`: a button of the platform's own, put in front of the card's.
export function reply(content, say, extra = null) {
  const drawn = el("div", { class: "reply" }, content.blocks.map((block) => BLOCKS[block.type](block, say)));
  if (extra) {
    const row = drawn.querySelector(":scope > .buttons");
    const last = drawn.lastElementChild;
    if (row) row.prepend(extra);
    else if (last) last[last.className === "context" ? "before" : "after"](el("div", { class: "buttons" }, extra)); // small print stays last
  }
  return drawn;
}
