// What stands still on a day: who holds the places and their ground, and the lines.

function drawControl() {
  const held = state.ground ? controlOf(today()) : new Map();
  map.held = controlOf(today());
  const cells = {};
  for (const name of Object.keys(map.source)) {
    if (name.startsWith("cells ")) cells[name.slice(6)] = { xs: [], ys: [], fill: [], alpha: [] };
  }
  const { spell: spells, old, sure } = D.control.runs, S = D.control.spells;
  for (const [place, run] of held) {
    const cell = P.cell[place];
    if (cell === null || old[run]) continue;
    const spell = spells[run], status = W.statuses[S.status[spell]][0];
    if (status === "unknown") continue;
    const look = { fill: "#FFFFFF", alpha: 0.1, hatch: "diagonal_cross" };
    const colours = lookOf(S.camp[spell]);
    if (status === "held" || status === "besieged") {
      look.fill = colours.colour;
      look.alpha = 0.1 + 0.4 * Math.max(0, (sure[run] || 50) - 50) / 50;
      look.hatch = status === "besieged" ? "cross" : colours.hatch || "blank";
    } else if (status === "none") {
      Object.assign(look, { fill: "#D5D5D5", alpha: 0.5, hatch: "blank" });
    }
    const [xs, ys] = D.ground.cells[cell], rows = cells[look.hatch];
    for (const [key, value] of Object.entries({ xs, ys, fill: look.fill, alpha: look.alpha })) rows[key].push(value);
  }
  for (const [hatch, rows] of Object.entries(cells)) fill(`cells ${hatch}`, rows);
  const G = state.areas ? D.ground.fronts : [];
  fill("fronts", { xs: G.map((one) => one.xy[0]), ys: G.map((one) => one.xy[1]) });
}

// The look of the side that a camp is on, or of the camp itself.
function lookOf(camp) {
  if (camp === null) return { colour: "#FFFFFF", hatch: null, letters: "?", ink: INK };
  const side = W.sides[camp];
  return W.looks[side === null ? camp : side];
}

function drawLines() {
  const L = D.lines, day = today(), lines = { xs: [], ys: [], dash: [] };
  const km = new Map();
  L.border.forEach((border, run) => {
    if (!state.line || L.first[run] > day || L.last[run] < day) return;
    const isFirm = L.other[run] !== null;
    for (const [xs, ys] of L.borders[border]) {
      lines.xs.push(xs);
      lines.ys.push(ys);
      lines.dash.push(isFirm ? "solid" : "dashed");
    }
    const name = isFirm ? `${campWords(L.side[run])} – ${campWords(L.other[run])}` : "edges of contested ground";
    km.set(name, (km.get(name) || 0) + L.km[run]);
  });
  fill("lines", lines);
  fill("rims", { xs: lines.xs, ys: lines.ys });
  map.km = km;
}

function setDots() {
  const dots = { x: [], y: [], size: [], fill: [], rim: [], width: [], marker: [] };
  const halves = { x: [], y: [], start: [], fill: [] };
  const { spell: spells, old } = D.control.runs, S = D.control.spells;
  P.x.forEach((x, place) => {
    if (x === null || P.cell[place] === null) return;
    const look = { x, y: P.y[place], size: 4, fill: "#777777", rim: "#FFFFFF", width: 0.5, marker: "circle" };
    const run = map.held ? map.held.get(place) : undefined;
    if (run !== undefined) {
      const spell = spells[run], status = W.statuses[S.status[spell]][0], colour = lookOf(S.camp[spell]).colour;
      Object.assign(look, { size: 9, fill: colour, rim: INK, width: 1 });
      if (old[run]) Object.assign(look, { size: 7, fill: "#FFFFFF", rim: colour === "#F0E442" ? "#8A8200" : colour, width: 2 });
      else if (status === "besieged") Object.assign(look, { size: 11, width: 3 });
      else if (status === "none") Object.assign(look, { fill: "#FFFFFF", width: 1.8 });
      else if (status === "unknown") Object.assign(look, { marker: "x", width: 1.8 });
      else if (status === "contested") {
        look.marker = "diamond";
        look.size = 12;
        const other = lookOf(S.other[spell]).colour;
        halves.x.push(x);
        halves.y.push(P.y[place]);
        halves.start.push(-Math.PI / 2);
        halves.fill.push(other);
        look.marker = "circle";
        look.size = 9;
      }
    }
    for (const key of Object.keys(dots)) dots[key].push(look[key]);
  });
  fill("dots", dots);
  fill("halves", halves);
}
