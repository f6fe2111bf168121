"""What the documentation names exists: links, headings, files, modules and make targets."""

import re
from pathlib import Path

import pytest

from features.paths import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PACKAGES = ("features", "serving", "training", "experiments", "tests")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
PLACE = re.compile(rf"(?:{'|'.join(PACKAGES)}|docs|requirements)/[\w./-]*")
MODULE = re.compile(rf"(?:{'|'.join(PACKAGES)})(?:\.\w+)+")
TARGET = re.compile(r"make ([a-z][a-z-]*)")
ENDINGS = (".py", ".toml", ".md", ".ipynb", "/")
BLOCK = re.compile(r"^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
ARGUMENT = re.compile(rf"(?<= ){PLACE.pattern}(?=\s|$)", re.MULTILINE)


def text_of(page: Path) -> str:
    """The page without the left column of tables that list former names."""
    text = page.read_text(encoding="utf-8")
    head, mark, tail = text.partition("\n## Renamed\n")
    return head + mark + re.sub(r"^\|[^|]*\|", "|", tail, flags=re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Headings as GitHub links to them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken_links(page: Path, text: str) -> list[str]:
    broken = []
    for link in LINK.findall(text):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if "://" in link:
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    return broken


def missing_places(text: str) -> list[str]:
    """Files and folders in code marks and in commands that are not there; `<name>` and `…` name no file."""
    marked = [code for code in CODE.findall(text) if PLACE.fullmatch(code) and code.endswith(ENDINGS)]
    commands = [place for block in BLOCK.findall(text) for place in ARGUMENT.findall(block)]
    return [name for name in marked + commands if not (ROOT / name).exists()]


def missing_modules(text: str) -> list[str]:
    """Dotted names of which neither a module nor a name inside its parent module is there."""
    named = [code for code in CODE.findall(text) if MODULE.fullmatch(code)]
    return [name for name in named if not _found(name)]


def _found(dotted: str) -> bool:
    path = ROOT / dotted.replace(".", "/")
    parent, name = path.parent, path.name
    if path.is_dir() or path.with_suffix(".py").exists():
        return True
    sources = [parent.with_suffix(".py"), parent / "__init__.py"]
    return any(re.search(rf"\b{name}\b", s.read_text(encoding="utf-8")) for s in sources if s.exists())


def missing_targets(text: str) -> list[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    inside = [*CODE.findall(text), *BLOCK.findall(text)]
    return [name for code in inside for name in TARGET.findall(code) if name not in known]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_exists(page: Path) -> None:
    text = text_of(page)
    assert broken_links(page, text) == []
    assert missing_places(text) == []
    assert missing_modules(text) == []
    assert missing_targets(text) == []


def test_every_page_is_linked_from_the_index() -> None:
    """From the README, following links inside the documentation."""
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        links = [link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8"))]
        targets = [(page.parent / link).resolve() for link in links if link and "://" not in link]
        waiting += [target for target in targets if target.suffix == ".md" and target.exists()]
    assert [str(page.relative_to(ROOT)) for page in PAGES if page not in seen] == []


def test_a_glossary_term_stands_once() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").partition("\n## Renamed\n")[0]
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| ")]
    terms = [term.strip() for row in rows for term in row[1].split(",") if row[1].strip() != "term"]
    assert sorted({term for term in terms if terms.count(term) > 1}) == []
    assert all(len(row) == 6 and all(cell.strip() for cell in row[1:5]) for row in rows)


def test_the_hooks_before_a_commit_call_targets_of_the_makefile_and_fetch_nothing() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"repo: *(\S+)", text) == ["local"]
    entries = re.findall(r"entry: *(.+)", text)
    assert entries
    assert all(entry.startswith("make ") for entry in entries)
    assert missing_targets("".join(f"`{entry}`" for entry in entries)) == []
