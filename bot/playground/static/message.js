// One message of a channel: its sender, time, audience and content.

import { adaptive } from "./adaptive.js";
import { commandText, el, reply } from "./render.js";

const allSamples = ({ subjects }) => subjects.length > 0 && subjects.every((subject) => subject.startsWith("sample:"));

// What the asker did. A button's command is shown so that people learn it, unless it contains ids that nobody types.
function action(asked, pressed, note) {
  if (note) return [" · the answer to ", commandText(asked)];
  if (pressed && /^(\/csms why (entry|digest|catch-up)|\/csms preview \d+ routine|missed|report) | older:/.test(asked)) return [" · you selected ", el("q", {}, pressed)];
  return [" · you asked ", commandText(asked)];
}

// `asked` is the command that it answers, `note` a remark, `sample` whether it is an example or about one. `clock(at)` formats a time; `say`
// and `extra` are as in render.js. `cards` is set in Teams' look, and `forAll` says whether everybody would see it there.
export function message({ content, at, asked, pressed, note, sample, cards, forAll }, clock, say, extra = null) {
  const whom = cards && forAll ? "Everyone here sees this in Teams" : "Only you see this";
  return el(
    "li",
    { class: `message${cards ? " as-teams" : content.public ? "" : " private"}` },
    el("span", { class: "avatar", "aria-hidden": "true" }, "TB"),
    el(
      "div",
      {},
      el(
        "p",
        { class: "byline" },
        el("span", { class: "who" }, "Trade bot"),
        el("span", { class: "badge" }, "APP"),
        sample || allSamples(content) ? el("span", { class: "badge sample" }, "SAMPLE") : null,
        at ? el("time", { datetime: at }, clock(at)) : null,
      ),
      content.public ? null : el("p", { class: "whom" }, whom, asked ? action(asked, pressed, note) : null),
      note ? el("p", { class: "whom" }, note) : null,
      cards ? [...cards.map((card) => adaptive(card, say)), extra && el("div", { class: "buttons" }, extra)] : reply(content, say, extra),
    ),
  );
}

// The start of a button's value that shares the answer to a command: handlers/actions.py.
export const SHARE = "share ";

// Return an answer that may be shared with the menu item for that, as handlers/actions.py adds it for Slack.
export function shareable(item) {
  const { content, asked } = item;
  if (!content.shareable || content.public || !asked) return item;
  const share = { label: "Share in channel", command: SHARE + asked };
  const blocks = [...content.blocks];
  const menu = blocks.findIndex(({ type }) => type === "overflow");
  if (menu >= 0) blocks[menu] = { ...blocks[menu], buttons: [share, ...blocks[menu].buttons] };
  else {
    const row = blocks.findLastIndex(({ type }) => type === "buttons" || type === "menu");
    const end = row >= 0 ? row + 1 : blocks.length - (blocks.at(-1)?.type === "context" ? 1 : 0);
    blocks.splice(end, 0, { type: "overflow", label: "More actions", buttons: [share] });
  }
  return { ...item, content: { ...content, blocks } };
}
