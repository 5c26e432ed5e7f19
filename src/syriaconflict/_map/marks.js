// The events of the day as marks, their rings, and the names of places beside them.

// Gathers the day's events in spots and sets as many marks on each as there is room for.
function layOut() {
  if (!map.found) return;
  const scale = map.scale = kmPerPixel();
  const spots = new Map();
  for (const event of map.found.shown) {
    if (E.x[event] === null) continue;
    const key = `${E.x[event]} ${E.y[event]}`;
    if (!spots.has(key)) spots.set(key, { x: E.x[event], y: E.y[event], events: [], exact: 0 });
    const spot = spots.get(key);
    spot.events.push(event);
    spot.exact += !isVagueInPlace(event);
  }
  const ordered = [...spots.values()].sort((a, b) => b.exact - a.exact || b.events.length - a.events.length);
  placeSpots(ordered, scale);
  setMarks(scale);
  setDots();
  setNames(scale);
  drawChosen();
}

function groupsOf(events) {
  const groups = new Map();
  for (const event of events) {
    const key = `${E.class[event]} ${campOf(event)}`;
    if (!groups.has(key)) groups.set(key, { kind: E.class[event], camp: campOf(event), events: [] });
    groups.get(key).events.push(event);
  }
  return [...groups.values()].sort((a, b) => b.events.length - a.events.length || a.kind - b.kind);
}

// How many marks there is room for on a spot, and where; null where there is none.
function roomFor(spot, scale, groups) {
  const most = Math.min(groups, 6);
  for (const count of [most, 4, 3, 2, 1]) {
    if (count > most) continue;
    const box = boxOf(spot, scale, count, spot.events.length > count);
    if (!map.boxes.some((one) => overlap(one, box))) return { count, box };
  }
  return null;
}

// Boxes are in pixels, measured from the origin of the kilometres.
function boxOf(spot, scale, count, more) {
  const w = Math.min(3, count) * STEP / 2, rows = Math.ceil(count / 3);
  const x = spot.x / scale, y = spot.y / scale;
  return [x - w, y + 6, x + w + (more ? 26 : 0), y + 6 + rows * STEP];
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

function placeSpots(ordered, scale) {
  map.boxes = [];
  map.spots = [];
  for (const spot of ordered) {
    const far = (one) => Math.hypot(one.x - spot.x, one.y - spot.y);
    const room = roomFor(spot, scale, groupsOf(spot.events).length);
    const near = map.spots.find((one) => far(one) < NEAR * scale);
    if (room && !near) {
      spot.count = room.count;
      map.boxes.push(room.box);
      map.spots.push(spot);
    } else { // no room: its events are counted with those of the nearest spot drawn
      const host = near || map.spots.reduce((best, one) => (far(one) < far(best) ? one : best));
      host.events = host.events.concat(spot.events);
    }
  }
}

function setMarks(scale) {
  const marks = { x: [], y: [], marker: [], angle: [], fill: [], alpha: [], dash: [], width: [] };
  const letters = { x: [], y: [], words: [], colour: [] }, plus = { x: [], y: [], words: [] };
  map.marks = [];
  for (const spot of map.spots) {
    const { count } = spot, columns = Math.min(3, count);
    groupsOf(spot.events).slice(0, count).forEach((group, nth) => {
      const row = Math.floor(nth / 3), inRow = Math.min(columns, count - row * 3);
      const x = spot.x + scale * STEP * (nth % 3 - (inRow - 1) / 2), y = spot.y + scale * (18 + STEP * row);
      const [marker, angle] = W.marks[group.kind];
      const look = group.camp === NOBODY ? { colour: "#FFFFFF", ink: INK, letters: "?" } : W.looks[group.camp];
      const vague = group.events.every(isVagueInTime);
      const values = { x, y, marker, angle: angle * Math.PI / 180, fill: look.colour, alpha: vague ? 0.35 : 1, dash: vague ? "dashed" : "solid", width: vague ? 1.6 : 1.1 };
      for (const key of Object.keys(values)) marks[key].push(values[key]);
      letters.x.push(x);
      letters.y.push(y + scale * (marker === "triangle" && !angle ? -2 : marker === "inverted_triangle" ? 2 : 0));
      letters.words.push((group.events.every(isVagueInPlace) ? "~" : "") + look.letters);
      letters.colour.push(vague ? INK : look.ink);
      map.marks.push({ x, y, spot, events: group.events, kind: group.kind, camp: group.camp });
    });
    if (spot.events.length > count) {
      const x = spot.x + scale * (STEP * columns / 2 + 12), y = spot.y + scale * 18;
      plus.x.push(x);
      plus.y.push(y);
      plus.words.push(`+${spot.events.length - count}`);
      map.marks.push({ x, y, spot, events: spot.events, more: true });
    }
  }
  fill("marks", marks);
  fill("letters", letters);
  fill("plus", plus);
  setRings();
}

function setRings() {
  const radii = new Map();
  for (const event of state.radii ? map.found.shown : []) {
    if (E.x[event] !== null && E.radius[event] > VAGUE_KM) radii.set(`${E.x[event]} ${E.y[event]} ${E.radius[event]}`, event);
  }
  const rings = [...radii.values()];
  fill("radii", { x: rings.map((e) => E.x[e]), y: rings.map((e) => E.y[e]), radius: rings.map((e) => E.radius[e]) });
}

const measured = new Map();
const pen = document.createElement("canvas").getContext("2d");

function textWidth(words) {
  if (!measured.has(words)) {
    pen.font = "12px system-ui, 'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, sans-serif";
    measured.set(words, pen.measureText(words).width);
  }
  return measured.get(words);
}

// Names those places for whose names there is room, those with events of the day first.
function setNames(scale) {
  const names = { x: [], y: [], words: [], align: [], dx: [], dy: [], style: [] };
  const busy = new Map();
  for (const event of map.found.shown) if (E.place[event] !== null) busy.set(E.place[event], (busy.get(E.place[event]) || 0) + 1);
  const weight = (place) => 1000 * (state.chosen !== null && state.chosen.place === place) + 6 * (busy.get(place) || 0) + (eventsAt.get(place) || []).length;
  const places = [...P.id.keys()].filter((place) => P.x[place] !== null && P.cell[place] !== null);
  places.sort((a, b) => weight(b) - weight(a));
  const boxes = map.spots.map((spot) => boxOf(spot, scale, spot.count, spot.events.length > spot.count));
  for (const place of places) {
    const english = P.name[place].replace(/ \(.*\)$/, ""), arabic = P.arabic[place];
    const w = Math.max(textWidth(english), arabic ? textWidth(arabic) : 0), h = arabic ? 14 : 8;
    const x = P.x[place] / scale, y = P.y[place] / scale;
    const tries = [["left", 8, 0, [x + 6, y - h, x + w + 12, y + h]], ["right", -8, 0, [x - w - 12, y - h, x - 6, y + h]],
      ["center", 0, h + 7, [x - w / 2 - 3, y - 2 * h - 8, x + w / 2 + 3, y - 5]]];
    const free = tries.find((one) => !boxes.some((box) => overlap(box, one[3])));
    if (!free) continue;
    boxes.push(free[3]);
    for (const [words, dy] of arabic ? [[english, -7], [arabic, 7]] : [[english, 0]]) {
      const values = { x: P.x[place], y: P.y[place], words, align: free[0], dx: free[1], dy: free[2] + dy, style: busy.has(place) ? "bold" : "normal" };
      for (const key of Object.keys(names)) names[key].push(values[key]);
    }
  }
  fill("names", names);
}
