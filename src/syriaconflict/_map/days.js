// What the page knows, and which events may lie on the day shown.  Draws nothing.

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const at = (id) => document.getElementById(id);
const D = read("data");
const W = D.words;
const E = D.events;
const P = D.places;
const NOBODY = -1; // instead of a camp: nobody is named, or members of several sides
const WIDE = 14; // days
const VAGUE_KM = 3; // a place with a larger radius is vague
const LASTING = new Set(["aggregate", "state"]);

const state = {
  period: D.periods[0],
  nth: 0, // of the period's days
  classes: new Set(W.classes.keys()),
  camps: new Set([NOBODY, ...W.camps.keys()]),
  modalities: new Set(W.counted.map((code) => W.modalities.findIndex((one) => one[0] === code))),
  wide: false, radii: true, ground: true, line: true, areas: false,
  chosen: null, // {events: [numbers], place: number or null}, what the panel shows
};

const claimsOf = E.id.map(() => []);
D.claims.event.forEach((event, claim) => { if (event !== null) claimsOf[event].push(claim); });
const eventsAt = new Map(); // place -> events
E.place.forEach((place, event) => {
  if (place === null) return;
  if (!eventsAt.has(place)) eventsAt.set(place, []);
  eventsAt.get(place).push(event);
});

const today = () => state.period.days[state.nth];
const iso = (day) => new Date(day * 864e5).toISOString().slice(0, 10);
const calendar = (month, year) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month, ...year });
const FULL = calendar("long", { year: "numeric" }), SHORT = calendar("short", { year: "numeric" }), YEARLESS = calendar("short", {});
const inWords = (day) => FULL.format(day * 864e5);
const short = (day, year = true) => (year ? SHORT : YEARLESS).format(day * 864e5);
const many = (count, one, more) => `${count} ${count === 1 ? one : more || `${one}s`}`;
const campOf = (event) => E.camp[event] === null ? NOBODY : E.camp[event];
const campWords = (camp) => camp === NOBODY || camp === null ? "Nobody named, or several sides" : W.camps[camp][1];
const isVagueInPlace = (event) => E.radius[event] === null || E.radius[event] > VAGUE_KM;
const isVagueInTime = (event) => E.start[event] !== E.end[event] && !LASTING.has((W.grains[E.grain[event]] || [""])[0]);

function isWide(event, day) {
  if (E.start[event] === null) return true;
  const last = E.end[event] === null ? day : E.end[event];
  return last - E.start[event] > WIDE;
}

// The events that may lie on a day and pass the filters, and how many did not pass which.
function eventsOf(day) {
  const found = { shown: [], placed: 0, unsaid: 0, filtered: 0, wide: 0 };
  for (let event = 0; event < E.id.length; event++) {
    const start = E.start[event], end = E.end[event];
    if (start === null && end === null) continue;
    if ((start !== null && start > day) || (end !== null && end < day)) continue;
    if (!state.wide && isWide(event, day)) found.wide++;
    else if (!state.modalities.has(E.modality[event])) found.unsaid++;
    else if (!state.classes.has(E.class[event]) || !state.camps.has(campOf(event))) found.filtered++;
    else {
      found.shown.push(event);
      found.placed += E.x[event] !== null;
    }
  }
  found.shown.sort((a, b) => E.class[a] - E.class[b] || isVagueInPlace(a) - isVagueInPlace(b) || campOf(a) - campOf(b) || (E.id[a] < E.id[b] ? -1 : 1));
  return found;
}

function dayWords(event) {
  const start = E.start[event], end = E.end[event];
  if (start === null && end === null) return "not dated";
  if (start === null) return `until ${iso(end)}`;
  if (end === null) return `from ${iso(start)}, no end told`;
  if (start === end) return iso(start);
  const lasts = !isVagueInTime(event);
  return `${lasts ? "" : "some day, "}${iso(start)} to ${iso(end)}`;
}

// As `dayWords`, for the narrow column of the list.
function shortDays(event) {
  const start = E.start[event], end = E.end[event];
  if (start === null) return end === null ? "not dated" : `until ${short(end)}`;
  if (end === null) return `from ${short(start)}`;
  if (start === end) return short(start);
  const same = iso(start).slice(0, 4) === iso(end).slice(0, 4);
  return `${isVagueInTime(event) ? "some day, " : ""}${short(start, !same)} – ${short(end)}`;
}

function placeWords(event) {
  const place = E.place[event];
  if (place === null) return E.x[event] === null ? "no place told" : `within ${E.radius[event]} km of a point`;
  const radius = E.radius[event];
  return P.name[place] + (radius !== null && radius > VAGUE_KM ? `, within ${radius} km` : "");
}

function countWords(found) {
  const shown = found.shown.length, off = shown - found.placed;
  const parts = [];
  if (found.wide) parts.push(`${found.wide} spread over, or dated only within, more than two weeks, or without an end`);
  if (found.unsaid) parts.push(`${found.unsaid} of another kind of statement (planned, threatened, expected, demanded, denied or undecided)`);
  if (found.filtered) parts.push(`${found.filtered} by class or camp`);
  const undated = E.id.filter((_, event) => E.start[event] === null && E.end[event] === null).length;
  return `${many(shown, "event")} shown for ${inWords(today())}` +
    (off ? `, ${off} of them without coordinates and only in the list` : "") +
    `. Hidden: ${parts.join("; ") || "none"}. In this file: ${many(E.id.length, "event")}, ${undated} undated.`;
}

// place -> the run of days that tells who held it
function controlOf(day) {
  const held = new Map(), runs = D.control.runs;
  for (let run = 0; run < runs.place.length; run++) {
    if (runs.first[run] <= day && day <= runs.last[run]) held.set(runs.place[run], run);
  }
  return held;
}

function controlWords(run, day) {
  const { spell: spells, old, sure } = D.control.runs, S = D.control.spells, spell = spells[run];
  const status = W.statuses[S.status[spell]][0];
  const holder = S.camp[spell] === null ? "a holder who is not named" : campWords(S.camp[spell]);
  const words = {
    held: `Held by: ${holder}`,
    besieged: `Held by: ${holder}, cut off`,
    contested: `Contested: last holder ${holder}, challenger ${S.other[spell] === null ? "not named" : campWords(S.other[spell])}`,
    none: "Held by nobody",
    unknown: "The source says that the holder is not known",
  }[status];
  const parts = [words];
  if (S.start[spell] !== null) parts.push(`since ${iso(S.start[spell])}`);
  if (S.basis[spell] === "implied") parts.push("known only by its loss");
  if (S.told[spell] !== null) {
    const age = Math.max(0, day - S.told[spell]);
    parts.push(age ? `last told for ${many(age, "day")} ago` : "told for this day or a later one");
  }
  if (sure[run] !== null) parts.push(`confidence about ${sure[run]} %`);
  if (old[run]) parts.push(`older than ${D.maxAge} days, so no ground and no line is drawn from it`);
  return parts.join("; ");
}
