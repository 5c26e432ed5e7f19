"""Check every link inside the built site: files exist, anchors are there.

Run as ``python docs/check_links.py FOLDER``; prints what is broken and how many links
were followed.
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """The links of a page, and what can be linked to in it."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        """Note what a tag links to and what can be linked to in it."""
        for name, value in attrs:
            if value and (name == "id" or (tag == "a" and name == "name")):
                self.anchors.add(value)
            if value and name in ("href", "src"):
                self.links.append(value)


def broken(folder: Path) -> tuple[list[str], int]:
    """Return the broken links of a folder of pages, and how many were followed."""
    pages = {}
    for path in sorted(folder.rglob("*.html")):
        if "_static" in path.parts:  # templates of the theme
            continue
        pages[path.resolve()] = page = Page()
        page.feed(path.read_text(encoding="utf-8"))
    found, followed = [], 0
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            followed += 1
            target = path
            if parts.path:
                target = (path.parent / unquote(parts.path)).resolve()
            where = f"{path.relative_to(folder.resolve())}: {link}"
            if not target.is_file():
                found.append(f"{where}: no such file")
            elif parts.fragment and target in pages:
                known = pages[target].anchors
                if unquote(parts.fragment) not in known and parts.fragment != "":
                    found.append(f"{where}: no such anchor")
    return found, followed


if __name__ == "__main__":
    site = Path(sys.argv[1])
    if not (site / "index.html").is_file():
        sys.exit(f"{site} holds no index.html; build the site first: make site")
    wrong, count = broken(site)
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    sys.stdout.write(f"{count} links inside the site, {len(wrong)} broken\n")
    sys.exit(bool(wrong))
