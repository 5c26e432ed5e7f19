// The panel: an event with its claims, sources and citation; a place; or several events.
// Whatever comes from the data enters the page as text, never as HTML.

let back = null; // what had the focus before the panel opened

function element(name, words, more = {}) {
  const made = document.createElement(name);
  if (words !== undefined && words !== null) made.textContent = words;
  for (const [key, value] of Object.entries(more)) made.setAttribute(key, value);
  return made;
}

const arabic = (words) => element("span", words, { lang: "ar", dir: "rtl", class: "bdi" });

function button(words, act) {
  const made = element("button", words, { type: "button", class: "plain" });
  made.addEventListener("click", () => act(made));
  return made;
}

function list(rows) {
  const made = element("dl");
  for (const [name, value] of rows) {
    if (value === null || value === undefined || value === "") continue;
    const cell = element("dd");
    cell.append(value);
    made.append(element("dt", name), cell);
  }
  return made;
}

function show(title, parts, chosen, from) {
  if (from) back = from;
  state.chosen = chosen;
  at("panel-title").textContent = title;
  at("panel-body").replaceChildren(...parts);
  at("panel").hidden = false;
  at("panel").scrollTop = 0;
  document.querySelector("main").classList.add("open");
  at("panel-title").focus();
  markRows();
  if (map.plot) layOut();
}

function closePanel() {
  if (at("panel").hidden) return;
  at("panel").hidden = true;
  document.querySelector("main").classList.remove("open");
  state.chosen = null;
  markRows();
  if (map.plot) drawChosen();
  const target = back && back.isConnected ? back : at("frame");
  target.focus();
  back = null;
}

function link(document_) {
  const url = D.documents.url[document_], title = D.documents.title[document_] || D.documents.id[document_];
  if (!url || !/^https?:\/\//i.test(url)) return element("span", title, { dir: "auto" });
  return element("a", title, { href: url, target: "_blank", rel: "noopener noreferrer", dir: "auto" });
}

// The line for the release and one for each document: what sc.cite gives for the row.
function citation(event) {
  const documents = [...new Set(claimsOf[event].map((claim) => D.claims.document[claim]))];
  for (const one of documents) { // grows: an original may have an original
    const original = D.documents.original[one];
    if (original !== null && !documents.includes(original)) documents.push(original);
  }
  documents.sort((a, b) => (D.documents.id[a] < D.documents.id[b] ? -1 : 1));
  return [D.release.citation, ...documents.map((one) => D.documents.citation[one])].join("\n");
}

function openEvent(event, from) {
  const C = D.claims, parts = [];
  const place = element("span");
  if (E.place[event] !== null) {
    place.append(button(P.name[E.place[event]], () => openPlace(E.place[event])));
    if (P.arabic[E.place[event]]) place.append(" ", arabic(P.arabic[E.place[event]]));
  } else place.append("no place told");
  if (E.radius[event] !== null) place.append(`, within ${E.radius[event]} km`);
  const [grade, gradeWords, gradeMeaning] = W.grades[E.grade[event]] || ["", "", ""];
  const modality = W.modalities[E.modality[event]] || ["", "", ""];
  parts.push(list([
    ["What", `${W.classes[E.class[event]][1]}: ${W.types[E.type[event]] || E.type[event]}`],
    ["Camp that acted", campWords(campOf(event))],
    ["Acted upon", E.target[event] === null ? null : campWords(E.target[event])],
    ["When", dayWords(event)],
    ["Where", place],
    ["Statement", `${modality[1]}: ${modality[2]}`],
    ["Grade", grade ? `${gradeWords}: ${gradeMeaning}` : null],
    ["Contested", E.contested[event] ? "yes" : null],
    ["Independent sources", E.sources[event]],
    ["Identifier", E.id[event]],
  ]));
  const documents = [...new Set(claimsOf[event].map((claim) => C.document[claim]))].filter((one) => one !== null);
  parts.push(element("h3", many(claimsOf[event].length, "claim")));
  const claims = element("ol");
  for (const claim of claimsOf[event]) {
    const item = element("li"), who = C.claimant[claim] ? `${C.claimant[claim]} (${C.kind[claim].toLowerCase()})` : C.kind[claim];
    const from_ = C.document[claim];
    item.append(element("div", C.summary[claim]));
    item.append(element("div", `${who} ${C.stance[claim]} it, ${C.certainty[claim]}; source ${documents.indexOf(from_) + 1}, ` +
      `${from_ === null ? "" : D.documents.publisher[from_]}, tokens ${C.token[claim]} to ${C.token[claim] + C.tokens[claim] - 1}`, { class: "said" }));
    claims.append(item);
  }
  parts.push(claims, element("h3", many(documents.length, "source")));
  const sources = element("ol");
  for (const one of documents) {
    const item = element("li");
    item.append(`${D.documents.publisher[one]} (${D.documents.perspective[one].toLowerCase()}): `, link(one),
      `, ${D.documents.date[one]}${D.documents.precision[one] === "day" ? "" : ` (${D.documents.precision[one]})`}`);
    const original = D.documents.original[one];
    if (original !== null) item.append("; reprints or relays ", link(original), ` of ${D.documents.publisher[original]}`);
    sources.append(item);
  }
  const text = element("textarea", citation(event), { readonly: "", "aria-label": "Citation of this event and its sources" });
  const copied = element("span", "", { role: "status" });
  const copy = element("button", "Copy citation", { type: "button" });
  copy.addEventListener("click", async () => {
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
      copied.textContent = " Copied";
    } catch {
      copied.textContent = document.execCommand("copy") ? " Copied" : " Selected: press Ctrl+C";
    }
  });
  parts.push(sources, element("h3", "Cite"), text, copy, copied);
  show(E.summary[event] || E.id[event], parts, { events: [event], place: null }, from);
}

function openEvents(events, from) {
  if (events.length === 1) { openEvent(events[0], from); return; }
  const items = element("ul");
  for (const event of events) {
    const item = element("li");
    item.append(button(E.summary[event] || E.id[event], () => openEvent(event)),
      element("div", `${W.classes[E.class[event]][1]}, ${campWords(campOf(event)).toLowerCase()}; ${placeWords(event)}; ${dayWords(event)}`, { class: "said" }));
    items.append(item);
  }
  show(`${many(events.length, "event")} here or beside it`, [items], { events, place: null }, from);
}

function openPlace(place, from) {
  const day = today(), run = controlOf(day).get(place), parts = [];
  const spellings = [...new Set([P.arabic[place], ...P.also[place]])].filter((one) => one && one !== P.name[place]);
  const names = element("span");
  spellings.forEach((one, nth) => { names.append(nth ? ", " : "", /\p{Script=Arabic}/u.test(one) ? arabic(one) : one); });
  parts.push(list([
    ["Also", spellings.length ? names : null],
    ["Kind", P.kind[place]],
    ["Radius", P.radius[place] === null ? null : `${P.radius[place]} km`],
    [`Control on ${iso(day)}`, run === undefined ? "nothing told for this day, or outside the periods of this page" : controlWords(run, day)],
    ["Identifier", P.id[place]],
  ]));
  const here = eventsAt.get(place) || [], shown = new Set(map.found ? map.found.shown : eventsOf(day).shown);
  const rest = here.filter((event) => !shown.has(event));
  for (const [words, events] of [["Events of the day shown", here.filter((event) => shown.has(event))], ["Other events at this place", rest]]) {
    if (!events.length) continue;
    const items = element("ul");
    events.sort((a, b) => (E.start[a] || 0) - (E.start[b] || 0));
    for (const event of events) {
      const item = element("li");
      item.append(button(E.summary[event] || E.id[event], () => openEvent(event)), element("div", `${dayWords(event)}; ${(W.modalities[E.modality[event]] || ["", ""])[1].toLowerCase()}`, { class: "said" }));
      items.append(item);
    }
    parts.push(element("h3", `${words}: ${events.length}`), items);
  }
  show(P.name[place], parts, { events: [], place }, from);
}
