// How messages are shown: in the playground's look or in that of Microsoft Teams. The browser stores the choice.

const KEY = "look";
export const TEAMS = "teams";

const BATCH = 20; // messages per request

export function chosen() {
  try {
    return localStorage.getItem(KEY) === TEAMS ? TEAMS : "playground";
  } catch {
    return "playground"; // a browser without storage
  }
}

export function keep(look) {
  document.documentElement.dataset.look = look;
  try {
    localStorage.setItem(KEY, look);
  } catch {
    // then it lasts until the page is closed
  }
}

// Fetch the cards of items that lack them. `call(path, body)` calls the bot.
export async function dress(call, where, items) {
  const bare = items.filter((item) => item && !item.cards);
  for (let from = 0; from < bare.length; from += BATCH) {
    const some = bare.slice(from, from + BATCH);
    const messages = some.map(({ content, asked, pressed, covers }) => ({ content, asked, pressed, covers: Boolean(covers) }));
    const answer = await call("cards", { channel: where, messages });
    some.forEach((item, place) => Object.assign(item, answer.messages[place]));
  }
}

// Return the reading position: the end; or the entry that begins in the upper half of the view, and how far below the top; or the entry that
// fills the view, and how much of it, from 0 to 1, is above the view.
export function reading(box, entries, near) {
  if (box.scrollTop > 0 && box.scrollHeight - box.scrollTop - box.clientHeight < near) return { end: true };
  const top = box.getBoundingClientRect().top;
  const boxes = entries.map((entry) => ({ entry, below: entry.node.getBoundingClientRect().top - top, height: entry.node.offsetHeight }));
  const begins = boxes.find(({ below }) => below >= 0 && below < box.clientHeight / 2);
  if (begins) return begins;
  const fills = boxes.find(({ below, height }) => below + height > 0);
  return fills ? { entry: fills.entry, read: -fills.below / fills.height } : { end: true };
}

export function readOn(box, { end, entry, below, read }) {
  if (end) box.scrollTop = box.scrollHeight;
  else box.scrollTop += entry.node.getBoundingClientRect().top - box.getBoundingClientRect().top - (below ?? -read * entry.node.offsetHeight);
}
