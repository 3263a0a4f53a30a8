// One message of a channel: its sender, time, audience and content.

import { adaptive } from "./adaptive.js";
import { commandText, el, reply } from "./render.js";

const allSamples = ({ subjects }) => subjects.length > 0 && subjects.every((subject) => subject.startsWith("sample:"));

// What the asker did. A button's command is shown so that people learn it, unless it contains ids that nobody types.
function action(asked, pressed) {
  if (pressed && /^(\/csms why (entry|digest)|missed|report) /.test(asked)) return [" · you selected ", el("q", {}, pressed)];
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
      content.public ? null : el("p", { class: "whom" }, whom, asked ? action(asked, pressed) : null),
      note ? el("p", { class: "whom" }, note) : null,
      cards ? [...cards.map((card) => adaptive(card, say)), extra && el("div", { class: "buttons" }, extra)] : reply(content, say, extra),
    ),
  );
}

// The button placed before those of an answer that may be shared.
export const share = (press) => el("button", { type: "button", onclick: press }, "Share in channel");

export const sharable = ({ content, asked }) => content.shareable && !content.public && Boolean(asked);
