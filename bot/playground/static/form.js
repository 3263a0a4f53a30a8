// A form in a dialog, drawn from the fields of handlers/forms/fields.py.

import { el } from "./render.js";

let number = 0; // makes the ids of labels unique

function control(field, id) {
  const chosen = new Set(field.values);
  const options = () => field.options.map((one) => el("option", { value: one.value, selected: chosen.has(one.value) }, one.name));
  const box = (type, one) => el("label", { class: "tick" }, el("input", { type, name: field.name, value: one.value, checked: chosen.has(one.value) }), el("span", {}, one.name));
  if (field.kind === "many") return el("div", { class: "ticks" }, field.options.map((one) => box("checkbox", one)));
  if (field.kind === "radio") return el("div", { class: "ticks" }, field.options.map((one) => box("radio", one)));
  if (field.kind === "check") return box("checkbox", { name: field.hint, value: field.name });
  if (field.kind === "one") return el("select", { id, name: field.name }, options());
  if (field.kind === "time") return el("input", { id, type: "time", name: field.name, value: field.values[0], required: true });
  return el("textarea", { id, name: field.name, rows: 3, maxlength: 1500, placeholder: field.hint }, field.values.join("\n"));
}

function row(field) {
  const id = `field-${(number += 1)}`;
  const inner = control(field, id);
  const single = ["one", "time", "lines"].includes(field.kind);
  const name = field.kind === "many" ? `${field.title} (none: ${field.hint.toLowerCase()})` : field.title;
  const node = single ? el("div", { class: "field" }, el("label", { for: id }, name), inner) : el("fieldset", { class: "field" }, el("legend", {}, name), inner);
  node.append(el("p", { class: "wrong", role: "alert", hidden: true }));
  return node;
}

function valuesOf(form, fields) {
  const data = new FormData(form);
  const texts = (field) => (field.kind === "lines" ? data.get(field.name).split("\n") : data.getAll(field.name));
  return Object.fromEntries(fields.map((field) => [field.name, texts(field)]));
}

// Show a form; `send(values)` returns the problems by field, or nothing when the form is done.
export function openForm({ title, intro, fields, submit }, send) {
  const rows = new Map(fields.map((field) => [field.name, row(field)]));
  const form = el(
    "form",
    { method: "dialog" },
    el("h2", { id: "form-title" }, title),
    intro.map((words) => el("p", { class: "small" }, words)),
    [...rows.values()],
    el("div", { class: "buttons" }, el("button", { type: "submit", class: "primary" }, submit), el("button", { type: "button", onclick: () => dialog.close() }, "Cancel")),
  );
  const dialog = el("dialog", { class: "form", "aria-labelledby": "form-title", onclose: () => dialog.remove() }, form);
  const arrange = () => {
    const when = new FormData(form).get("when");
    for (const field of fields) rows.get(field.name).hidden = field.only.length > 0 && !field.only.includes(when);
  };
  form.addEventListener("change", arrange);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problems = await send(valuesOf(form, fields));
    if (!problems) return dialog.close();
    for (const [name, node] of rows) {
      const wrong = node.querySelector(".wrong");
      wrong.hidden = !problems[name];
      wrong.textContent = problems[name] || "";
    }
  });
  arrange();
  document.body.append(dialog);
  dialog.showModal();
}
