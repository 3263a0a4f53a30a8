// Renders an Adaptive Card (bot/teams/cards.py) as Teams does. It knows the elements of this bot's cards, and names anything else in place.
// Text becomes text nodes only, so nothing in a feed can be markup.

import { el } from "./render.js";

const SPACING = ["none", "small", "default", "medium"];
const SIZE = ["small", "default", "large"];
const STYLE = ["positive", "destructive"];

// The supported properties of each type, with their supported values, or null for any value.
const KNOWN = {
  AdaptiveCard: { $schema: null, version: ["1.3", "1.5"], msteams: null, speak: null, fallbackText: null, body: null },
  TextBlock: { text: null, wrap: [true], style: ["heading"], weight: ["bolder"], size: SIZE, isSubtle: null },
  RichTextBlock: { inlines: null },
  TextRun: { text: null, weight: ["bolder"], italic: null, fontType: ["monospace"], size: SIZE, isSubtle: null },
  FactSet: { facts: null },
  Container: { items: null },
  ColumnSet: { columns: null },
  Column: { items: null, width: ["stretch", "auto", "16px"], verticalContentAlignment: ["bottom"] },
  "Input.ChoiceSet": { style: ["compact"], label: null, value: null, choices: null },
  ActionSet: { actions: null },
  "Action.OpenUrl": { title: null, url: null },
  "Action.Execute": { title: null, verb: ["command"], data: null, style: STYLE, fallback: null },
  "Action.Submit": { title: null, data: null, style: STYLE },
  "Action.ToggleVisibility": { title: null, tooltip: null, targetElements: null, style: STYLE },
};
const ELEMENT = { type: null, id: null, isVisible: null, spacing: SPACING, separator: null }; // properties of every element

function unknown(thing) {
  const known = KNOWN[thing.type];
  if (!known) return [String(thing.type)];
  const all = { ...ELEMENT, ...known };
  return Object.entries(thing)
    .filter(([name, value]) => !(name in all) || (all[name] && !all[name].includes(value)))
    .map(([name]) => `${thing.type}.${name}`);
}

const missing = (thing) => unknown(thing).map((what) => el("span", { class: "not-drawn" }, `not shown in this preview: ${what}`));

// The Markdown that Teams supports in a line. A mark next to white space, or an underscore inside a word, has no meaning.
const MARKED = /\*\*(?=\S)(?<bold>.+?)(?<=\S)\*\*(?!\*)|\*(?=\S)(?<italic>[^*]*?[^*\s])\*|(?<![\p{L}\p{N}])_(?=\S)(?<under>.+?)(?<=\S)_(?![\p{L}\p{N}])|\[(?<words>[^[\]]+)\]\((?<address>https:[/][/][^()\s]+)\)/gu;

function markdown(text) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(MARKED)) {
    const { bold, italic, under, words, address } = found.groups;
    if (found.index > end) nodes.push(text.slice(end, found.index));
    if (address) nodes.push(el("a", { href: address, target: "_blank", rel: "noopener noreferrer", title: address }, ...markdown(words)));
    else nodes.push(el(bold ? "strong" : "em", {}, ...markdown(bold ?? italic ?? under)));
    end = found.index + found[0].length;
  }
  if (end < text.length) nodes.push(text.slice(end));
  return nodes;
}

// Return a text's lines as elements, with those of a list joined.
function blocks(text) {
  const found = [];
  for (const line of text.split(/[\r\n]+/)) {
    const item = line.match(/^- (.*)$/);
    if (!item) found.push(el("p", {}, markdown(line)));
    else {
      if (found.at(-1)?.tagName !== "UL") found.push(el("ul"));
      found.at(-1).append(el("li", {}, markdown(item[1])));
    }
  }
  return found;
}

const looks = ({ size, weight, isSubtle, italic, fontType }) =>
  [size && `size-${size}`, weight && `weight-${weight}`, isSubtle && "subtle", italic && "italic", fontType].filter(Boolean).join(" ");

// `card` holds the context of an element: the level of its headings, its elements by id, and the handler of presses.
const ELEMENTS = {
  TextBlock: (e, card) =>
    e.style === "heading"
      ? el(`h${e.size === "large" ? 2 : card.below}`, { class: looks(e) }, markdown(e.text))
      : el("div", { class: `text ${looks(e)}` }, blocks(e.text)),
  RichTextBlock: (e) =>
    el("p", {}, e.inlines.flatMap((run) => [el(run.fontType ? "code" : "span", { class: looks(run) || null }, run.text), ...missing(run)])),
  FactSet: (e) => el("dl", { class: "fact-set" }, e.facts.map((one) => el("div", {}, el("dt", {}, markdown(one.title)), el("dd", {}, markdown(one.value))))),
  Container: (e, card) => el("div", {}, e.items.flatMap((inner) => element(inner, card))),
  ColumnSet: (e, card) => el("div", { class: "columns" }, e.columns.map((column) => el("div", { class: `column ${column.width === "16px" ? "indent" : column.width} ${column.verticalContentAlignment || "top"}` }, ...missing(column), (column.items || []).flatMap((inner) => element(inner, card))))),
  "Input.ChoiceSet": (e) => el("label", { class: "choice" }, el("span", {}, e.label), el("select", {}, e.choices.map((one) => el("option", { value: one.value, selected: one.value === e.value }, one.title)))),
  ActionSet: (e, card) => el("div", { class: "action-set" }, e.actions.flatMap((action) => [...missing(action), ACTIONS[action.type]?.(action, card)])),
};

const ACTIONS = {
  "Action.OpenUrl": (a) => el("a", { class: "open-url", href: a.url, target: "_blank", rel: "noopener noreferrer" }, a.title),
  "Action.Execute": (a, card) => button(a, (event) => card.press(a.data.command ?? card.byId.get(a.data.menu).querySelector("select").value, a.title, event.currentTarget)),
  "Action.Submit": (a, card) => button(a, (event) => card.press(a.data.command, a.title, event.currentTarget)),
  "Action.ToggleVisibility": (a, card) =>
    button(a, (event) => {
      const targets = a.targetElements.map((id) => card.byId.get(id));
      for (const target of targets) target.hidden = !target.hidden;
      targets.find((target) => !target.hidden)?.scrollIntoView({ block: "nearest" });
      if (!event.currentTarget.closest("[hidden]")) return;
      const instead = targets.find((target) => !target.hidden && target.matches(".action-set"));
      (instead?.querySelector("button") ?? targets[0].previousElementSibling.querySelector("button:last-child")).focus();
    }),
};

// Teams renders positive and destructive buttons like any other (MicrosoftDocs/msteams-docs#9837).
const button = ({ title, tooltip }, press) =>
  el("button", { type: "button", title: tooltip, "aria-label": tooltip, onclick: press }, title);

function element(e, card) {
  const drawn = ELEMENTS[e.type] ? [ELEMENTS[e.type](e, card), ...missing(e)] : missing(e);
  const [node] = drawn;
  node.classList.add("element", `gap-${e.spacing || "default"}`);
  if (e.separator) node.classList.add("separated");
  node.hidden = e.isVisible === false;
  if (e.id) card.byId.set(e.id, node);
  return drawn;
}

// `press(command, title, button)` handles a button that has a command.
export function adaptive(source, press) {
  const below = source.body.some((e) => e.style === "heading" && e.size === "large") ? 3 : 2;
  const card = { byId: new Map(), press, below };
  return el("div", { class: "adaptive" }, ...missing(source), source.body.flatMap((e) => element(e, card)));
}
