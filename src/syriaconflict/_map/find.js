// The search box: a place by any spelling the dataset knows, in Latin or Arabic script.

function plain(words) {
  return words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[\u0640ʿʾ'’‘`]/g, "").replace(/ى/g, "ي").replace(/ة/g, "ه")
    .replace(/[^\p{L}\p{N}]+/gu, " ").trim()
    .split(" ").map((word) => word.replace(/^ال(?=..)/, "")).filter((word) => !["al", "el", "as", "ash", "at", "an", "ad", "ar", "az"].includes(word))
    .join(" ").replace(/(\p{L})\1/gu, "$1");
}

const bones = (words) => words.replace(/[aeiouyw' ]/g, "").replace(/h$/, "");
const spelt = P.id.map((_, place) => {
  const all = [P.name[place], P.arabic[place], ...P.also[place]].filter((one) => one);
  return [...new Set(all)].map((name) => ({ name, plain: plain(name), bones: bones(plain(name)) }));
});

// Places by how well one of their spellings fits: whole, beginning, word, part, consonants.
function findPlaces(asked) {
  const wanted = plain(asked), frame = bones(wanted);
  if (!wanted) return [];
  const found = [];
  spelt.forEach((names, place) => {
    let best = 9, by = "";
    for (const one of names) {
      let score = 9;
      if (one.plain === wanted) score = 0;
      else if (one.plain.startsWith(wanted)) score = 1;
      else if (` ${one.plain}`.includes(` ${wanted}`)) score = 2;
      else if (one.plain.includes(wanted)) score = 3;
      else if (frame.length > 2 && one.bones === frame) score = 4;
      else if (frame.length > 3 && one.bones.startsWith(frame)) score = 5;
      if (score < best) [best, by] = [score, one.name];
    }
    if (best < 9) found.push({ place, by, score: best, told: (eventsAt.get(place) || []).length });
  });
  return found.sort((a, b) => a.score - b.score || b.told - a.told).slice(0, 12);
}

const search = { found: [], at: -1 };

function showFound() {
  const list = at("found"), box = at("find");
  list.replaceChildren(...search.found.map((one, nth) => {
    const item = document.createElement("li");
    item.id = `found-${nth}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(nth === search.at));
    const name = document.createElement("span"), more = document.createElement("small");
    name.append(P.name[one.place]);
    if (P.arabic[one.place]) name.append(" ", arabic(P.arabic[one.place]));
    more.textContent = [P.kind[one.place], one.by !== P.name[one.place] && one.by !== P.arabic[one.place] ? one.by : "", many(one.told, "event")].filter((word) => word).join(", ");
    item.append(name, more);
    item.addEventListener("mousedown", (press) => { press.preventDefault(); takeFound(nth); });
    return item;
  }));
  if (!search.found.length && box.value.trim()) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.setAttribute("aria-disabled", "true");
    item.textContent = "No place with such a name in this dataset";
    list.append(item);
  }
  list.hidden = !box.value.trim();
  box.setAttribute("aria-expanded", String(!list.hidden));
  if (search.at >= 0) {
    box.setAttribute("aria-activedescendant", `found-${search.at}`);
    at(`found-${search.at}`).scrollIntoView({ block: "nearest" });
  } else box.removeAttribute("aria-activedescendant");
}

function hideFound() {
  at("found").hidden = true;
  at("find").setAttribute("aria-expanded", "false");
  at("find").removeAttribute("aria-activedescendant");
}

function takeFound(nth) {
  const one = search.found[nth];
  if (!one) return;
  hideFound();
  openPlace(one.place, at("find"));
  if (map.plot && P.x[one.place] !== null) view(P.x[one.place], P.y[one.place], Math.min(kmPerPixel(), 0.08));
}

function startFind() {
  const box = at("find");
  box.addEventListener("input", () => {
    search.found = findPlaces(box.value);
    search.at = -1;
    showFound();
  });
  box.addEventListener("blur", hideFound);
  box.addEventListener("keydown", (key) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[key.key];
    if (step && search.found.length) {
      key.preventDefault();
      search.at = (search.at + step + search.found.length + (search.at < 0 && step < 0 ? 1 : 0)) % search.found.length;
      showFound();
    } else if (key.key === "Enter") takeFound(Math.max(0, search.at));
    else if (key.key === "Escape") hideFound();
  });
}
