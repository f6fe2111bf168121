"""The project's own imports, read from the source: which module imports which, and where."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("features", "serving", "training", "experiments")


@dataclass(frozen=True)
class Import:
    """One import of a project module.

    Attributes:
        importer: the module that imports.
        imported: the module that is imported.
        line: in the importer's file.
        in_function: name of the innermost function around it; `` at module level.
    """

    importer: str
    imported: str
    line: int
    in_function: str


def project_imports(root: Path) -> list[Import]:
    """Every import of a project module in the packages under `root`, those inside functions included."""
    modules = {
        _name(path, root): path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))
    }
    return [found for name, path in modules.items() for found in _of_module(name, path, modules)]


def circles(imports: list[Import]) -> list[tuple[str, ...]]:
    """Groups of modules that import each other, directly or by way of others; each sorted, largest first."""
    edges: dict[str, set[str]] = {}
    for found in imports:
        edges.setdefault(found.importer, set()).add(found.imported)
        edges.setdefault(found.imported, set())
    reach = {module: _reachable(module, edges) for module in edges}
    groups = {tuple(sorted(other for other in reach[m] if m in reach[other])) for m in edges if m in reach[m]}
    return sorted(groups, key=len, reverse=True)


def _reachable(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(edges[start])
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting.extend(edges[module])
    return found


def _name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _of_module(name: str, path: Path, modules: Mapping[str, Path]) -> Iterator[Import]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node, function in _nodes(ast.parse(path.read_text(encoding="utf-8")), ""):
        for imported in sorted(_targets(node, package, modules)):
            yield Import(name, imported, node.lineno, function)


def _nodes(tree: ast.AST, function: str) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, function
        within = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else function
        yield from _nodes(node, within)


def _targets(node: ast.Import | ast.ImportFrom, package: str, modules: Mapping[str, Path]) -> set[str]:
    """The project modules that one statement names; `from package import name` is the module of that name,
    where there is one, and else the package itself."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names if alias.name in modules}
    base = node.module or ""
    if node.level:
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*above, *([base] if base else [])])
    named = {f"{base}.{alias.name}" for alias in node.names}
    found = {name for name in named if name in modules}
    return found | ({base} if base in modules and len(found) < len(named) else set())
