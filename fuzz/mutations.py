"""Damage to bytes, cells and trees; the same for the same random generator."""

from __future__ import annotations

import csv
import io
import json
from copy import deepcopy
from random import Random

ODD = (
    "", " ", "null", "~", "true", "NaN", "inf", "-inf", "-1", "0", "1e999", "9" * 400,
    "-" + "9" * 30, "2147483648", "9223372036854775808", "1.5", "0x10", "1_000",
    "2016-02-30", "9999-99-99", "0000-01-01", "2016-08-01T00:00:00+25:00",
    "10000-01-01", "31 April 2017", "20171301", "\x00", "\x1b[2J", "\u2028", "\ufeff",
    "\u202e", "\u0301" * 300, "ﷺ" * 50, "تل العنبر", "İ", "ß", "𝟙", "../../up",
    "/etc/passwd", "C:\\up", "a/../../b", "~root", "file:///etc/passwd",
    "</script><script>alert(1)", "<!--<script>", "{{data}}", "%s%n", "{0.__class__}",
    "=1+1", "@SUM(1)", '"', "'", '""', ",", ";", "\t", "\r", "\n", "\\", "[]", "{}",
    "[[", "{a: ", "- -", "&a [*a]", "*a", "&a {b: *a}", "<<: *a", "{<<: 1}",
    "!!python/object/apply:os.system [id]", "!!binary x", "!!float x", "!!set {a}",
    "!!omap [a]", "!!timestamp x", "? [a] : b", "%YAML 9.9", "---", "...", "|", ">",
    "@", "`", "(", "x" * 5000, "installed", "0.1.0", "1.2.3.4.5", "v1", "0.1.0-rc1",
    "nan", "None",
)  # fmt: skip
VALUES = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 10**40, 1.5, -0.0, 1e308, float("nan"),
    float("inf"), "", "x", [], {}, [[]], [None], {"": None}, ["a", 1], [1, 2, 3],
)  # fmt: skip


def damaged(rng: Random, content: bytes, more: bytes = b"") -> bytes:
    """Return bytes with one to four faults; ``more`` is spliced in at times."""
    made = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        at = rng.randrange(len(made) + 1)
        size = min(rng.choice((1, 1, 2, 4, 16, 200)), len(made) - at)
        fault = rng.randrange(12)
        if fault <= 1 and made:
            at = min(at, len(made) - 1)
            made[at] ^= 1 << rng.randrange(8)
        elif fault == 2:
            made[at : at + size] = rng.randbytes(size)
        elif fault == 3:
            del made[at : at + size]
        elif fault == 4:
            made[at:at] = made[at : at + size] * rng.choice((1, 2, 50))
        elif fault == 5:
            del made[at:]
        elif fault <= 8:
            made[at : at + rng.choice((0, size))] = _word(rng)
        elif fault == 9:
            made[at:at] = rng.choice((b"[", b"{", b"(", b"- ", b"a: ")) * rng.choice(
                (1, 40, 3000)
            )
        elif fault == 10 and more:
            first = rng.randrange(len(more))
            made[at : at + size] = more[first : first + rng.choice((8, 100, 1000))]
        else:
            made = _recoded(rng, made)
    return bytes(made)


def _word(rng: Random) -> bytes:
    extra = (b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"\xf4\x90\x80\x80", b"\xff" * 8)
    if rng.random() < 0.1:
        return rng.choice(extra)
    return rng.choice(ODD).encode()


def _recoded(rng: Random, content: bytearray) -> bytearray:
    text = content.decode("utf-8", "replace")
    if rng.random() < 0.3:
        text = text.replace("\n", rng.choice(("\r\n", "\r", "\u2028", "")))
    coding = rng.choice(("utf-8", "utf-8-sig", "utf-16", "cp1256", "latin-1", "utf-7"))
    return bytearray(text.encode(coding, "replace"))


def odd_cells(rng: Random, text: str, delimiter: str = ",") -> bytes:
    """Return a table with odd cells, or columns or rows too many or too few."""
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    for _ in range(rng.choice((1, 1, 2, 5))):
        row = rng.choice(rows)
        fault = rng.randrange(12)
        if fault <= 7 and row:
            row[rng.randrange(len(row))] = rng.choice(ODD)
        elif fault == 8:
            row.insert(rng.randrange(len(row) + 1), rng.choice(ODD))
        elif fault == 9 and row:
            nth = rng.randrange(len(row))
            rows = [[c for n, c in enumerate(r) if n != nth] for r in rows]
        elif fault == 10:
            rows.insert(rng.randrange(len(rows) + 1), list(rng.choice(rows)))
        elif len(rows) > 1:
            rows.remove(row)
    if delimiter == "\t":
        return "\n".join("\t".join(row) for row in rows).encode(errors="replace")
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue().encode(errors="replace")


def odd_tree(rng: Random, tree: object) -> object:
    """Return a tree of what JSON holds, some of its nodes replaced, gone or new."""
    made = json.loads(json.dumps(tree))
    for _ in range(rng.choice((1, 1, 2, 4))):
        holder, key = None, None
        inside = made
        while isinstance(inside, dict | list) and inside:
            keys = list(inside) if isinstance(inside, dict) else range(len(inside))
            holder, key = inside, rng.choice(list(keys))
            inside = holder[key]
            if rng.random() < 0.2:
                break
        if holder is None:
            return odd_value(rng)
        fault = rng.randrange(8)
        if fault == 0:
            del holder[key]
        elif fault == 1 and isinstance(holder, dict):
            holder[rng.choice(ODD)] = odd_value(rng)
        elif fault == 2 and isinstance(holder, list):
            holder.append(deepcopy(holder[key]))
        else:
            holder[key] = odd_value(rng)
    return made


def odd_value(rng: Random) -> object:
    """Return a value where another was wanted."""
    return deepcopy(rng.choice(VALUES)) if rng.random() < 0.6 else rng.choice(ODD)
