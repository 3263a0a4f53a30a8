// One message of a channel: who says it, when, to whom, and what it says.

import { adaptive } from "./adaptive.js";
import { el, reply, typed } from "./render.js";

const allSamples = ({ subjects }) => subjects.length > 0 && subjects.every((subject) => subject.startsWith("sample:"));

// What the asker did. A button's command is shown, so that people learn it, unless it names things by ids that nobody types.
function said(asked, pressed) {
  if (pressed && /^\/csms why (entry|digest) /.test(asked)) return [" · you pressed ", el("q", {}, pressed)];
  return [" · you said ", typed(asked)];
}

// `asked`: what was typed to get it; `note`: what else is to be known of it; `sample`: an example, or about one. `clock(at)` writes a
// time; `say` and `extra` are render.js's. `cards`, when it is to be shown as Teams would, and `forAll`: whether all would see it there.
export function message({ content, at, asked, pressed, note, sample, cards, forAll }, clock, say, extra = null) {
  const whom = cards && forAll ? "Everybody here sees this in Teams" : "Only visible to you";
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
      content.public ? null : el("p", { class: "whom" }, whom, asked ? said(asked, pressed) : null),
      note ? el("p", { class: "whom" }, note) : null,
      cards ? [...cards.map((card) => adaptive(card, say)), extra && el("div", { class: "buttons" }, extra)] : reply(content, say, extra),
    ),
  );
}

// Put in front of the buttons of an answer that may be shared.
export const share = (press) => el("button", { type: "button", onclick: press }, "Share in channel");

export const sharable = ({ content, asked }) => content.shareable && !content.public && Boolean(asked);
