// Reads cards from standard input, a JSON list of lists, as Microsoft's own client does, and writes what somebody would see of each:
// { events: what the parser has to say, lines: [{ kind, heading, item, spans: [{ text, bold, italic, code, link }] }], odd: what else
// Markdown made of the text, buttons: [{ title, command }] }. Everything in the order in which it is drawn; what is folded away too.

const fs = require("node:fs");
const path = require("node:path");
const modules = path.resolve(process.argv[2]);
const AC = require(path.join(modules, "adaptivecards/dist/adaptivecards.js"));
const MarkdownIt = require(path.join(modules, "markdown-it"));

// HTML is on, so that a tag that would be one is found; the card's own engine has it off.
const engines = [new MarkdownIt(), new MarkdownIt({ html: true })];
const EXPECTED = new Set([
  "paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "inline",
  "text", "softbreak", "strong_open", "strong_close", "em_open", "em_close", "link_open", "link_close", "text_special",
]);

function markdown(text, look, found) {
  for (const engine of engines) {
    for (const token of engine.parse(text, {}).flatMap((one) => [one, ...(one.children || [])])) {
      if (!EXPECTED.has(token.type)) found.odd.push(`${token.type} in ${text}`);
    }
  }
  const lines = [];
  let items = 0;
  let depth = 0;
  for (const block of engines[0].parse(text, {})) {
    if (block.type === "bullet_list_open") depth += 1;
    if (block.type === "bullet_list_close") depth -= 1;
    if (depth > 1) found.odd.push(`a list in a list in ${text}`);
    if (block.type === "list_item_open") items += 1;
    if (block.type !== "inline") continue;
    const line = { ...look, item: depth > 0, spans: [] };
    let [bold, italic, link] = [0, 0, null];
    for (const token of block.children) {
      if (token.type === "strong_open") bold += 1;
      if (token.type === "strong_close") bold -= 1;
      if (token.type === "em_open") italic += 1;
      if (token.type === "em_close") italic -= 1;
      if (token.type === "link_open") link = token.attrGet("href");
      if (token.type === "link_close") link = null;
      if (token.type === "softbreak") found.odd.push(`a line in a line in ${text}`);
      if (token.content) line.spans.push({ text: token.content, bold: bold > 0 || look.bolder, italic: italic > 0, code: false, link });
    }
    lines.push(line);
  }
  const typed = text.split("\r").filter((one) => one.startsWith("- ")).length;
  if (items !== typed) found.odd.push(`${items} items where ${typed} were written in ${text}`);
  found.lines.push(...lines);
}

function walk(element, format, found) {
  const kind = element.getJsonTypeName();
  const text = (value) => format(undefined, value) || "";
  if (kind === "TextBlock") {
    const look = { kind, heading: element.style === "heading", bolder: element.weight === AC.TextWeight.Bolder };
    markdown(text(element.text), look, found);
  } else if (kind === "RichTextBlock") {
    const spans = [];
    for (let place = 0; place < element.getInlineCount(); place += 1) {
      const run = element.getInlineAt(place);
      spans.push({
        text: text(run.text), bold: run.weight === AC.TextWeight.Bolder, italic: run.italic, code: run.fontType === AC.FontType.Monospace,
        link: run.selectAction ? run.selectAction.getHref() : null,
      });
    }
    found.lines.push({ kind, heading: false, item: false, spans });
  } else if (kind === "FactSet") {
    for (const fact of element.facts) {
      markdown(text(fact.name), { kind: "label", heading: false, bolder: true }, found);
      markdown(text(fact.value), { kind: "value", heading: false, bolder: false }, found);
    }
  } else if (kind === "ActionSet") {
    for (let place = 0; place < element.getActionCount(); place += 1) {
      const action = element.getActionAt(place);
      const acts = ["Action.Execute", "Action.Submit"].includes(action.getJsonTypeName());
      const data = acts ? action.data.command || null : null;
      found.buttons.push({ title: action.title, command: data });
    }
  } else if (kind === "ColumnSet") {
    for (let place = 0; place < element.getItemCount(); place += 1) walk(element.getColumnAt(place), format, found);
  } else if (kind === "Input.ChoiceSet") {
    found.lines.push({ kind, heading: false, item: false, spans: [{ text: element.label, bold: false, italic: false, code: false, link: null }] });
    for (const choice of element.choices) found.buttons.push({ title: choice.title, command: choice.value });
  } else if (kind === "Container" || kind === "Column") {
    for (let place = 0; place < element.getItemCount(); place += 1) walk(element.getItemAt(place), format, found);
  } else {
    found.odd.push(kind);
  }
}

function read(source, format) {
  const context = new AC.SerializationContext(AC.Versions.v1_5);
  const card = new AC.AdaptiveCard();
  card.parse(source, context);
  const found = { version: card.version.toString(), events: [], lines: [], odd: [], buttons: [] };
  for (let place = 0; place < context.eventCount; place += 1) found.events.push(context.getEventAt(place).message);
  found.events.push(...card.validateProperties().validationEvents.map((event) => event.message));
  for (let place = 0; place < card.getItemCount(); place += 1) walk(card.getItemAt(place), format, found);
  return found;
}

async function main() {
  const formatters = fs.readFileSync(path.join(modules, "adaptivecards/lib/text-formatters.js"), "utf8");
  const { formatText } = await import(`data:text/javascript,${encodeURIComponent(formatters)}`);
  const cards = JSON.parse(fs.readFileSync(0, "utf8"));
  process.stdout.write(JSON.stringify(cards.map((card) => read(card, formatText))));
}

main();
