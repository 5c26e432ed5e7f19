// The map: fills the sources of the Bokeh figure for the day, and knows what lies where.

const STEP = 24; // from mark to mark on one spot [pixel]
const NEAR = 24; // spots nearer than this are drawn as one [pixel]
const INK = "#222222";
const map = { plot: null, width: 600, height: 400, source: {}, marks: [], spots: [], at: -1, scale: 0 };

const kmPerPixel = () => (map.plot.x_range.end - map.plot.x_range.start) / map.width;
const centre = () => [map.plot.x_range, map.plot.y_range].map((range) => (range.start + range.end) / 2);

async function startMap() {
  await Bokeh.embed.embed_item(read("drawing"), "figure");
  const doc = Bokeh.documents[Bokeh.documents.length - 1];
  map.plot = doc.get_model_by_name("map");
  for (const renderer of map.plot.renderers) map.source[renderer.name] = renderer.data_source;
  measure();
  drawStill();
  showWhole();
  const redraw = () => { if (Math.abs(kmPerPixel() / map.scale - 1) > 0.02) layOut(); drawScale(); };
  let waiting = false;
  map.plot.x_range.change.connect(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; redraw(); });
  });
  new ResizeObserver(() => {
    measure();
    view(...centre(), map.scale || kmPerPixel());
  }).observe(at("figure"));
}

function measure() {
  map.width = at("figure").clientWidth || map.width;
  map.height = at("figure").clientHeight || map.height;
}

// The frame takes the keys; what Bokeh puts inside it is no stop on the way.
function leaveToFrame(root) {
  for (const one of root.querySelectorAll("*")) {
    if (one.tabIndex >= 0) one.tabIndex = -1;
    if (one.shadowRoot) leaveToFrame(one.shadowRoot);
  }
}

function fill(name, columns) {
  map.source[name].data = columns;
}

function view(x, y, scale) {
  scale = Math.min(2, Math.max(0.004, scale));
  const w = map.width * scale / 2, h = map.height * scale / 2;
  map.plot.x_range.setv({ start: x - w, end: x + w });
  map.plot.y_range.setv({ start: y - h, end: y + h });
  if (scale !== map.scale) layOut();
  drawScale();
}

// Shows the ground on which most of the period's exact events lie.
function showWhole() {
  const days = state.period.days, first = days[0], last = days[days.length - 1];
  const xs = [], ys = [];
  E.x.forEach((x, event) => {
    if (x === null || isVagueInPlace(event) || E.end[event] === null) return;
    if (E.start[event] === null || E.start[event] < first || E.end[event] > last) return;
    xs.push(x);
    ys.push(E.y[event]);
  });
  if (!xs.length) P.x.forEach((x, place) => { if (x !== null && P.cell[place] !== null) { xs.push(x); ys.push(P.y[place]); } });
  const part = (values, share) => values.slice().sort((a, b) => a - b)[Math.round((values.length - 1) * share)];
  const [west, east, south, north] = [part(xs, 0.06), part(xs, 0.94), part(ys, 0.06), part(ys, 0.94)];
  const scale = Math.max((east - west + 22) / map.width, (north - south + 22) / map.height, 0.03);
  view((west + east) / 2, (south + north) / 2, scale);
}

function zoom(factor) {
  view(...centre(), kmPerPixel() * factor);
}

function drawStill() {
  const shapes = (rows) => ({ xs: rows.map((one) => one.xy[0]), ys: rows.map((one) => one.xy[1]) });
  const G = D.ground;
  fill("grid", shapes(G.grid));
  fill("roads", shapes(G.roads));
}

// Names the lines of the grid where they meet the left or the lower edge.
function nameGrid() {
  const scale = kmPerPixel(), left = map.plot.x_range.start + 22 * scale, low = map.plot.y_range.start + 9 * scale;
  const names = { x: [], y: [], words: [] };
  for (const { name, xy } of D.ground.grid) {
    const north = name.endsWith("N"), [along, across] = north ? xy : [xy[1], xy[0]], edge = north ? left : low;
    const nth = along.findIndex((value, i) => i > 0 && Math.min(value, along[i - 1]) <= edge && edge <= Math.max(value, along[i - 1]));
    if (nth < 0) continue;
    const share = (edge - along[nth - 1]) / (along[nth] - along[nth - 1]);
    const value = across[nth - 1] + share * (across[nth] - across[nth - 1]);
    if (north ? value < low + 25 * scale : value < left + 130 * scale) continue; // the corner has the scale bar
    names.x.push(north ? left : value);
    names.y.push(north ? value : low);
    names.words.push(name);
  }
  fill("gridwords", names);
}

function drawDay(found) {
  if (!map.plot) return;
  map.found = found;
  drawControl();
  drawLines();
  layOut();
  if (map.first === undefined) {
    map.first = true;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      leaveToFrame(at("figure"));
      performance.mark("map-drawn");
    }));
  }
}

function drawChosen() {
  const rings = { x: [], y: [], size: [] };
  const ring = (x, y, size) => { rings.x.push(x); rings.y.push(y); rings.size.push(size); };
  if (state.chosen !== null) {
    const wanted = new Set(state.chosen.events);
    const found = map.marks.filter((mark) => mark.events.some((event) => wanted.has(event)) && mark.more === undefined);
    for (const mark of found) ring(mark.x, mark.y, 29);
    if (!found.length) for (const event of wanted) if (E.x[event] !== null) ring(E.x[event], E.y[event], 26);
    if (state.chosen.place !== null) ring(P.x[state.chosen.place], P.y[state.chosen.place], 20);
  }
  if (map.at >= 0 && map.marks[map.at]) ring(map.marks[map.at].x, map.marks[map.at].y, 34);
  fill("chosen", rings);
}

function drawScale() {
  const most = kmPerPixel() * 110, power = 10 ** Math.floor(Math.log10(most));
  const km = [5, 2, 1].map((one) => one * power).find((one) => one <= most) || power;
  const bar = at("scale").firstElementChild;
  bar.style.width = `${km / kmPerPixel()}px`;
  bar.textContent = km < 1 ? `${Math.round(km * 1000)} m` : `${km} km`;
  nameGrid();
}

// What lies under a point of the map's frame [pixel]: a mark, a place, or nothing.
function under(left, top) {
  const x = map.plot.x_range.start + left * kmPerPixel(), y = map.plot.y_range.end - top * kmPerPixel();
  const near = (rows, reach) => {
    let best = null, least = reach * kmPerPixel();
    for (const row of rows) {
      const far = Math.hypot(row.x - x, row.y - y);
      if (far < least) [best, least] = [row, far];
    }
    return best;
  };
  const mark = near(map.marks, 13);
  if (mark) return { mark };
  const places = [...P.id.keys()].filter((place) => P.x[place] !== null && P.cell[place] !== null);
  const place = near(places.map((one) => ({ x: P.x[one], y: P.y[one], place: one })), 10);
  return place ? { place: place.place } : {};
}

function markWords(mark) {
  const where = [...new Set(mark.events.map(placeWords))];
  const what = mark.more === undefined ? `${W.classes[mark.kind][1]}, ${campWords(mark.camp)}` : "all events here or beside it";
  return `${many(mark.events.length, "event")}: ${what}; ${where.slice(0, 3).join("; ")}${where.length > 3 ? " and others" : ""}`;
}

function nextMark(step) {
  if (!map.marks.length) return;
  map.at = (map.at + step + map.marks.length) % map.marks.length;
  const mark = map.marks[map.at], { x_range, y_range } = map.plot;
  if (mark.x < x_range.start || mark.x > x_range.end || mark.y < y_range.start || mark.y > y_range.end) view(mark.x, mark.y, kmPerPixel());
  drawChosen();
  at("at").textContent = `Mark ${map.at + 1} of ${map.marks.length}. ${markWords(mark)}`;
}
