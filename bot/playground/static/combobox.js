// Completes commands in a text box: WAI-ARIA's combobox pattern, with the list above the box and the focus kept in the box. While the list
// is closed, the up arrow recalls earlier lines, as in a terminal.

import { el } from "./render.js";

const MAX_OPTIONS = 8;

// Return the rows that complete a text: first those that start with it, then those that contain all its words.
export function completions(rows, typed) {
  const text = typed.trimStart().toLowerCase();
  if (!text) return rows.filter((row) => row.first).slice(0, MAX_OPTIONS);
  const starts = rows.filter((row) => row.text.toLowerCase().startsWith(text) && row.text.trim().toLowerCase() !== text.trim());
  const words = text.replace(/^\//, "").split(/\s+/).filter(Boolean);
  const holds = rows.filter((row) => !starts.includes(row) && words.every((word) => `${row.text} ${row.what}`.toLowerCase().includes(word)));
  const exact = rows.some((row) => row.text.trim().toLowerCase() === text.trim() && !row.text.endsWith(" "));
  return [...starts, ...(exact || words.length === 0 ? [] : holds)].slice(0, MAX_OPTIONS);
}

export function combobox(input, list, rows) {
  let shown = [];
  let active = -1;
  const lines = []; // sent lines, the oldest first
  let recalled = null; // the place of the recalled line in `lines`, and what was typed before; or null

  function close() {
    shown = [];
    active = -1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    active = index;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[index].id);
      list.children[index].scrollIntoView({ block: "nearest" });
    }
  }

  function open() {
    shown = completions(rows(), input.value);
    if (shown.length === 0) return close();
    list.replaceChildren(
      ...shown.map((row, at) =>
        el(
          "li",
          { role: "option", id: `option-${at}`, "aria-selected": "false", onmousedown: (event) => event.preventDefault(), onclick: () => take(at) },
          el("span", { class: "usage" }, row.text.trim()),
          el("span", { class: "what" }, row.what),
        ),
      ),
    );
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(-1);
  }

  function fill(text) {
    input.value = text;
    input.setSelectionRange(text.length, text.length);
  }

  // Return whether there is a line `step` further on; past the newest is what was typed.
  function recall(step) {
    const from = recalled ?? { at: lines.length, typed: input.value };
    const at = from.at + step;
    if (at < 0 || at > lines.length || (!recalled && step > 0)) return false;
    recalled = at === lines.length ? null : { ...from, at };
    fill(recalled ? lines[at] : from.typed);
    return true;
  }

  function sent(text) {
    close();
    recalled = null;
    if (lines.at(-1) !== text) lines.push(text);
  }

  function take(index) {
    recalled = null;
    input.focus();
    fill(shown[index].text);
    if (input.value.endsWith(" ")) open();
    else close();
  }

  input.addEventListener("input", () => {
    recalled = null;
    if (input.value.trim()) open();
    else close(); // an emptied box covers nothing; the down arrow lists what can be typed
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden && recall(event.key === "ArrowDown" ? 1 : -1)) return;
      if (list.hidden && event.key === "ArrowUp" && lines.length) return; // there is none before the first
      if (list.hidden) open();
      if (shown.length === 0) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(active < 0 && step < 0 ? shown.length - 1 : (active + step + shown.length) % shown.length);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if ((event.key === "Enter" || event.key === "Tab") && active >= 0) {
      event.preventDefault();
      take(active);
    }
  });
  return { sent };
}
