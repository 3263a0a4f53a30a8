// Draws Block Kit as Slack does, as far as this bot uses it, and names anything else in place.

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value) node.setAttribute(name, value);
  node.append(...children.flat());
  return node;
}

function styled(node, { bold, italic, code } = {}) {
  if (code) node = el("code", {}, node);
  if (italic) node = el("em", {}, node);
  return bold ? el("strong", {}, node) : node;
}

const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

function mrkdwn(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(/<([^|>]+)\|([^>]*)>|\*([^*\n]+)\*/g)) {
    parts.push(unescaped(text.slice(end, found.index)));
    parts.push(found[3] ? el("strong", {}, mrkdwn(found[3])) : el("a", { href: found[1] }, unescaped(found[2])));
    end = found.index + found[0].length;
  }
  return [...parts, unescaped(text.slice(end))];
}

const words = ({ type, text }) => (type === "mrkdwn" ? mrkdwn(text) : [text]);

const inline = (e) => styled(e.type === "link" ? el("a", { href: e.url }, e.text) : document.createTextNode(e.text), e.style);

const RICH = {
  rich_text_section: (e) => el("p", {}, e.elements.map(inline)),
  rich_text_list: (e) => el("ul", {}, e.elements.map((item) => el("li", {}, item.elements.map(inline)))),
};

const CONTROLS = {
  button: (e) => el("button", { class: e.style }, e.text.text),
  overflow: () => el("button", { class: "overflow", "aria-label": "More actions" }, "•••"),
  static_select: (e) => el("select", { "aria-label": e.placeholder.text }, el("option", {}, e.placeholder.text)),
};

const BLOCKS = {
  header: (b) => el("h2", { class: "block header" }, b.text.text),
  rich_text: (b) => el("div", { class: "block rich_text" }, b.elements.map((e) => RICH[e.type](e))),
  section: (b) => el("div", { class: "block section" }, el("div", {}, words(b.text)), b.accessory ? CONTROLS[b.accessory.type](b.accessory) : []),
  context: (b) => el("div", { class: "block context" }, b.elements.map((e) => el("span", {}, words(e)))),
  actions: (b) => el("div", { class: "block actions" }, b.elements.map((e) => CONTROLS[e.type](e))),
  divider: () => el("div", { class: "block divider" }),
};

const block = (b) => (BLOCKS[b.type] ? BLOCKS[b.type](b) : el("mark", {}, `not drawn: ${b.type}`));

// A preview is an attachment of somebody's message: a bar at its side, and Slack's own line about the app below it.
const preview = (blocks) => el("div", { class: "unfurl" }, blocks.map(block), el("div", { class: "block context" }, el("span", {}, "Added by Trade bot")));

window.draw = ({ messages, unfurl }) => el("li", {}, messages.map(({ blocks }) => el("div", { class: "message" }, unfurl ? preview(blocks) : blocks.map(block))));
