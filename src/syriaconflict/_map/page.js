// The controls, the keys, and the first drawing.

let playing = null;

function update() {
  const found = eventsOf(today()), days = state.period.days;
  at("day").max = days.length - 1;
  at("day").value = state.nth;
  at("day").setAttribute("aria-valuetext", inWords(today()));
  at("date").textContent = inWords(today());
  at("before").disabled = state.nth === 0;
  at("after").disabled = state.nth === days.length - 1;
  map.at = -1;
  drawRows(found);
  drawDay(found);
  let words = countWords(found);
  if (map.km && map.km.size) words += ` Lines: ${[...map.km].map(([name, km]) => `${name} ${Math.round(km)} km`).join("; ")}.`;
  at("count").textContent = words;
  at("frame").setAttribute("aria-label", `Map of ${inWords(today())}: ${many(found.placed, "event")}`);
}

function go(nth) {
  const to = Math.min(state.period.days.length - 1, Math.max(0, nth));
  if (to === state.nth) return false;
  state.nth = to;
  update();
  return true;
}

function stop() {
  clearInterval(playing);
  playing = null;
  at("play").textContent = "Play";
  at("play").setAttribute("aria-pressed", "false");
}

function play() {
  if (playing !== null) { stop(); return; }
  if (state.nth === state.period.days.length - 1) go(0);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  playing = setInterval(() => { if (!go(state.nth + 1)) stop(); }, calm ? 2500 : 1000);
  at("play").textContent = "Pause";
  at("play").setAttribute("aria-pressed", "true");
}

function choosePeriod(id) {
  stop();
  state.period = D.periods.find((one) => one.id === id) || D.periods[0];
  state.nth = 0;
  at("period").value = state.period.id;
  update();
  if (map.plot) showWhole();
}

function boxes(id, rows, chosen, sign) {
  const group = at(id);
  for (const [value, words, meaning] of rows) {
    const label = element("label"), box = element("input", null, { type: "checkbox" });
    box.checked = chosen.has(value);
    box.addEventListener("change", () => { if (box.checked) chosen.add(value); else chosen.delete(value); update(); });
    label.append(box, ...(sign ? [sign(value)] : []), words);
    if (meaning) label.title = meaning;
    group.append(label);
  }
}

function startControls() {
  at("release").textContent = `syriaconflict ${D.release.version}, rule “${D.rule}”.`;
  for (const one of D.periods) at("period").append(element("option", `${one.name} (${many(one.events, "event")})`, { value: one.id }));
  const numbered = (rows) => rows.map(([, words, meaning], nth) => [nth, words, meaning]);
  boxes("classes", numbered(W.classes), state.classes, (kind) => picture(kind, NOBODY, { letters: false }));
  boxes("camps", [...numbered(W.camps), [NOBODY, campWords(NOBODY), ""]], state.camps, (camp) => picture(1, camp));
  boxes("modalities", numbered(W.modalities), state.modalities);
  for (const id of ["wide", "radii", "ground", "line", "areas"]) {
    at(id).checked = state[id];
    at(id).addEventListener("change", () => { state[id] = at(id).checked; update(); });
  }
  drawKey();
  at("period").addEventListener("change", () => choosePeriod(at("period").value));
  at("day").addEventListener("input", () => { stop(); go(Number(at("day").value)); });
  at("before").addEventListener("click", () => { stop(); go(state.nth - 1); });
  at("after").addEventListener("click", () => { stop(); go(state.nth + 1); });
  at("play").addEventListener("click", play);
  at("close").addEventListener("click", closePanel);
  at("nearer").addEventListener("click", () => zoom(1 / 1.5));
  at("farther").addEventListener("click", () => zoom(1.5));
  at("whole").addEventListener("click", showWhole);
}

function startKeys() {
  const isOwn = (target) => target.closest("input, select, textarea, #frame, [role=listbox]");
  document.addEventListener("keydown", (key) => {
    if (key.ctrlKey || key.altKey || key.metaKey) return;
    if (key.key === "Escape" && key.target !== at("find")) closePanel();
    if (isOwn(key.target)) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key.key];
    if (step) { key.preventDefault(); stop(); go(state.nth + step); }
  });
  at("frame").addEventListener("keydown", (key) => {
    if (!map.plot || key.ctrlKey || key.altKey || key.metaKey) return;
    const [x, y] = centre(), far = 60 * kmPerPixel();
    const acts = {
      ArrowLeft: () => view(x - far, y, kmPerPixel()), ArrowRight: () => view(x + far, y, kmPerPixel()),
      ArrowUp: () => view(x, y + far, kmPerPixel()), ArrowDown: () => view(x, y - far, kmPerPixel()),
      "+": () => zoom(1 / 1.5), "=": () => zoom(1 / 1.5), "-": () => zoom(1.5), 0: showWhole,
      n: () => nextMark(1), p: () => nextMark(-1),
      Enter: () => { if (map.marks[map.at]) openEvents(map.marks[map.at].events, at("frame")); },
    };
    const act = acts[key.key.length === 1 ? key.key.toLowerCase() : key.key];
    if (act) { key.preventDefault(); act(); }
  });
}

function startPointer() {
  const frame = at("frame");
  let down = null;
  const place = (event) => { const box = at("figure").getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  frame.addEventListener("pointerdown", (event) => { down = place(event); }, true);
  frame.addEventListener("click", (event) => {
    if (!map.plot || !down) return;
    const here = place(event);
    if (Math.hypot(here[0] - down[0], here[1] - down[1]) > 5) return;
    const found = under(...here);
    if (found.mark) openEvents(found.mark.events, frame);
    else if (found.place !== undefined) openPlace(found.place, frame);
  }, true);
  frame.addEventListener("pointermove", (event) => {
    if (!map.plot || event.buttons) return;
    const found = under(...place(event));
    frame.style.cursor = found.mark || found.place !== undefined ? "pointer" : "";
    frame.title = found.mark ? markWords(found.mark) : found.place !== undefined ? P.name[found.place] : "";
  });
}

function start() {
  Bokeh.set_log_level("error");
  const asked = new URLSearchParams(location.hash.slice(1));
  const busiest = D.periods.filter((one) => one.id !== "all").sort((a, b) => b.events - a.events)[0];
  state.period = D.periods.find((one) => one.id === asked.get("period")) || busiest || D.periods[0];
  const nth = state.period.days.findIndex((day) => iso(day) === asked.get("day"));
  state.nth = Math.max(0, nth);
  startControls();
  at("period").value = state.period.id;
  startFind();
  startKeys();
  startPointer();
  update();
  requestAnimationFrame(() => setTimeout(async () => { await startMap(); update(); }, 0));
}

start();
