// The list of the day's events as a table, and the key: the map in words.

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = {
  triangle: "M10 1.5 19 17.5H1z", inverted_triangle: "M1 2.5H19L10 18.5z", square: "M2 2H18V18H2z",
  diamond: "M10 0.5 16 10 10 19.5 4 10z", hex: "M5.5 2.2H14.5L19 10 14.5 17.8H5.5L1 10z", circle: "M10 1.5a8.5 8.5 0 1 0 .01 0z",
  plus: "M7 1h6v6h6v6h-6v6H7v-6H1V7h6z", star: "M10 .8l2.4 6.3 6.8.3-5.3 4.2 1.8 6.5L10 14.4l-5.7 3.7 1.8-6.5L.8 7.4l6.8-.3z",
  square_pin: "M2 2Q10 6 18 2 14 10 18 18 10 14 2 18 6 10 2 2z",
};

function picture(kind, camp, { dashed = false, letters = true } = {}) {
  const svg = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
  const [marker, angle] = W.marks[kind];
  const look = camp === NOBODY ? { colour: "#FFFFFF", ink: INK, letters: "?" } : W.looks[camp];
  for (const [key, value] of Object.entries({ viewBox: "0 0 20 20", width: 22, height: 22, "aria-hidden": "true" })) svg.setAttribute(key, value);
  const values = { d: SHAPES[marker], fill: letters ? look.colour : "#FFFFFF", stroke: INK, transform: `rotate(${-angle} 10 10)` };
  if (dashed) Object.assign(values, { "stroke-dasharray": "3 2", "fill-opacity": 0.35 });
  for (const [key, value] of Object.entries(values)) path.setAttribute(key, value);
  svg.append(path);
  if (letters) {
    const words = document.createElementNS(SVG, "text");
    const spot = { x: 10, y: marker === "triangle" && !angle ? 15.5 : marker === "inverted_triangle" ? 10 : 13, "text-anchor": "middle", "font-size": 8, "font-weight": "bold", fill: dashed ? INK : look.ink };
    for (const [key, value] of Object.entries(spot)) words.setAttribute(key, value);
    words.textContent = look.letters;
    svg.append(words);
  }
  return svg;
}

function drawRows(found) {
  const rows = found.shown.map((event) => {
    const row = element("tr"), cell = (...parts) => { const made = element("td"); made.append(...parts); row.append(made); };
    row.dataset.event = event;
    const kind = W.classes[E.class[event]][1];
    cell(picture(E.class[event], campOf(event), { dashed: isVagueInTime(event) }), element("span", `${kind}, ${campWords(campOf(event))}`, { class: "hidden" }));
    const place = E.place[event], where = element("div", placeWords(event), { class: "said" });
    if (place !== null && P.arabic[place]) where.append(" ", arabic(P.arabic[place]));
    cell(button(E.summary[event] || E.id[event], (made) => openEvent(event, made)), where);
    cell(shortDays(event));
    cell((W.grades[E.grade[event]] || ["", ""])[1]);
    return row;
  });
  if (!rows.length) {
    const row = element("tr"), cell = element("td", "No event that passes the filters may lie on this day.", { colspan: 4 });
    row.append(cell);
    rows.push(row);
  }
  at("rows").replaceChildren(...rows);
  at("list-title").textContent = `Events of ${inWords(today())}: ${found.shown.length}`;
  markRows();
}

function markRows() {
  const wanted = new Set(state.chosen ? state.chosen.events : []);
  for (const row of at("rows").children) row.classList.toggle("on", wanted.has(Number(row.dataset.event)));
}

function drawKey() {
  const line = (sign, words) => { const made = element("div"); made.append(sign, words); return made; };
  const stroke = (style) => element("span", "", { style: `flex:none;display:inline-block;width:26px;${style}`, "aria-hidden": "true" });
  const slant = { right_diagonal_line: "135deg", left_diagonal_line: "45deg", horizontal_line: "0deg" };
  const swatch = (look) => element("span", "", { class: "swatch", "aria-hidden": "true", style: `background:${slant[look.hatch] ?
    `repeating-linear-gradient(${slant[look.hatch]},${INK} 0 1px,transparent 1px 5px)` : `radial-gradient(#fff 1px,transparent 1.5px) 0 0/5px 5px`},${look.colour}` });
  const looks = [...new Set(W.sides.filter((one) => one !== null))];
  at("key").replaceChildren(
    element("strong", "Key"),
    line(picture(1, NOBODY, { letters: false }), "filled: on that day, or lasting over it"),
    line(picture(1, NOBODY, { letters: false, dashed: true }), "pale with a dashed rim: on one unknown day of several"),
    line(element("b", "~"), "the place is known only within a ring"),
    line(element("b", "+3"), "three events more here, or too near to be drawn apart"),
    ...looks.map((camp) => line(swatch(W.looks[camp]), `ground and places of: ${W.camps[camp][1]}`)),
    line("", "the paler the ground, the longer ago its holder was told"),
    line(stroke(`height:0;border-top:4px solid ${INK}`), "line between held places (dashed: edge of contested ground)"),
    line(stroke("height:0;border-top:2px solid #7A6A55"), "road, drawn straight from place to place"),
    line(element("b", "◐"), "contested place; thick rim: cut off; hollow: nobody, or told long ago; ×: not known"),
  );
}
