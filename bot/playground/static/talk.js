// The page's communication: with the bot through its API, and with the person at the page. `state` holds the look and the time zone.

import { TEAMS } from "./look.js";

const API = "/playground/api/";
const $ = (id) => document.getElementById(id);

export function talk(state) {
  async function call(path, body) {
    const look = state.look === TEAMS ? `${path.includes("?") ? "&" : "?"}as=${TEAMS}` : "";
    const answer = await fetch(API + path + look, body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const data = await answer.json().catch(() => ({ error: `The bot answered ${answer.status}.` }));
    if (!answer.ok) throw new Error(data.error || `The bot answered ${answer.status}.`);
    return data;
  }

  function trouble(text) {
    $("trouble").textContent = text;
    $("trouble").hidden = !text;
  }

  // Announce a text to screen readers. Emptying it first makes them read the same text twice.
  function announce(text) {
    $("said").textContent = "";
    setTimeout(() => ($("said").textContent = text), 50);
  }

  function clock(moment) {
    const date = moment ? new Date(moment) : new Date();
    const options = { timeZone: state.zone, hour: "2-digit", minute: "2-digit", hour12: false };
    const day = { timeZone: state.zone, weekday: "short", day: "numeric", month: "short" };
    const today = new Date().toLocaleDateString("en-GB", day) === date.toLocaleDateString("en-GB", day);
    return (today ? "" : `${date.toLocaleDateString("en-GB", day).replace(",", "")} `) + `${date.toLocaleTimeString("en-GB", options)}${state.zoneName && ` ${state.zoneName}`}`;
  }

  return { call, trouble, announce, clock };
}
