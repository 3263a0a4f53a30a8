// How messages are shown: as the playground does, or as Microsoft Teams would. The choice is kept in this browser.

const KEY = "look";
export const TEAMS = "teams";

const BATCH = 20; // messages that are asked for at a time

export function chosen() {
  try {
    return localStorage.getItem(KEY) === TEAMS ? TEAMS : "playground";
  } catch {
    return "playground"; // a browser that keeps nothing
  }
}

export function keep(look) {
  document.documentElement.dataset.look = look;
  try {
    localStorage.setItem(KEY, look);
  } catch {
    // it holds until the page is left
  }
}

// Gives items the cards that they came without. `call(path, body)` asks the bot.
export async function dress(call, where, items) {
  const bare = items.filter((item) => item && !item.cards);
  for (let from = 0; from < bare.length; from += BATCH) {
    const some = bare.slice(from, from + BATCH);
    const messages = some.map(({ content, asked, pressed, covers }) => ({ content, asked, pressed, covers: Boolean(covers) }));
    const answer = await call("cards", { channel: where, messages });
    some.forEach((item, place) => Object.assign(item, answer.messages[place]));
  }
}

// Where somebody reads: the first entry that is in view, and how far below the top it begins; or the end.
export function reading(box, entries, near) {
  const top = box.getBoundingClientRect().top;
  if (box.scrollTop > 0 && box.scrollHeight - box.scrollTop - box.clientHeight < near) return { end: true };
  const entry = entries.find(({ node }) => node.getBoundingClientRect().bottom > top);
  return entry ? { entry, below: entry.node.getBoundingClientRect().top - top } : { end: true };
}

export function readOn(box, place) {
  if (place.end) box.scrollTop = box.scrollHeight;
  else box.scrollTop += place.entry.node.getBoundingClientRect().top - box.getBoundingClientRect().top - place.below;
}
