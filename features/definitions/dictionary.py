"""`make dictionary`: the data dictionary, generated from the feature definitions."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from features import cli, paths
from features.definitions import PORTFOLIO
from features.engine import FeatureSet, FeatureSpec
from features.spec import FeatureMeta
from features.themes import THEMES

DIRECTIONS = {1: "↑ risk", -1: "↓ risk", 0: "free"}
COLUMNS = (
    "feature",
    "中文",
    "English",
    "unit",
    "window",
    "direction",
    "can act",
    "stated",
    "range",
    "tables",
    "how it is computed",
)


def entries(features: FeatureSet) -> list[dict[str, object]]:
    """One entry a feature: its metadata, tables, aggregates and formula."""
    return [_entry(spec) for spec in features.specs]


def _entry(spec: FeatureSpec) -> dict[str, object]:
    theme = THEMES[spec.meta.theme]
    return {
        **asdict(spec.meta),
        "theme_code": theme.code,
        "theme_zh": theme.zh,
        "theme_en": theme.en,
        "tables": sorted(spec.tables),
        "aggregates": sorted(str(aggregate) for aggregate in spec.aggregates),
        "formula": str(spec.expression),
    }


def markdown(features: FeatureSet) -> str:
    """The dictionary as a page: a section a theme, a line a feature."""
    lines = [
        "# Data dictionary",
        "",
        f"{len(features.specs)} features in {len(features.catalogue.themes)} themes.",
    ]
    lines += ["", *_PREFACE]
    for theme in features.catalogue.themes:
        lines += ["", f"## {theme.code} {theme.zh} · {theme.en}", ""]
        lines += [f"Source: {theme.source}. Key: `{theme.key}`.", ""]
        lines += [_row(COLUMNS), _row(["---"] * len(COLUMNS))]
        lines += [_row(_cells(spec)) for spec in features.specs if spec.meta.theme == theme.key]
    return "\n".join(lines) + "\n"


_PREFACE = (
    "Every feature is computed from rows with `known_at < as_of` only. A window is half-open: `90d` the last",
    "ninety days, `d91-180` the 91st to the 180th day back, `all` everything known, `latest` the values in",
    "force; `issued:1-3` the three latest bills, `due:2` the second latest bill whose due day has passed,",
    "`month_ends:1-12` the twelve latest month ends on record, `macro:13` the thirteenth latest month",
    "published. Several are joined by `+`. A feature of an absent source, or of one not consented to, is",
    "null. `↑ risk`: the estimated risk may only rise with the feature; `↓ risk`: it may only fall; `free`:",
    "either. `stated`: whether a reason may state the figure to a person.",
)


def _cells(spec: FeatureSpec) -> list[str]:
    meta = spec.meta
    return [
        f"`{meta.name}`",
        meta.zh,
        meta.en,
        meta.unit,
        meta.window,
        DIRECTIONS[meta.direction],
        "yes" if meta.actionable else "no",
        "yes" if meta.customer_facing else "no",
        _range(meta),
        ", ".join(sorted(spec.tables)),
        f"`{spec.expression}`",
    ]


def _range(meta: FeatureMeta) -> str:
    low = "" if meta.low is None else f"{meta.low:g}"
    high = "" if meta.high is None else f"{meta.high:g}"
    return f"{low} … {high}" if low or high else ""


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', '∣') for cell in cells)} |"


def write(features: FeatureSet, folder: Path) -> tuple[Path, Path]:
    """Writes `dictionary.md` and `dictionary.json` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    page, data = folder / "dictionary.md", folder / "dictionary.json"
    page.write_text(markdown(features))
    data.write_text(json.dumps(entries(features), ensure_ascii=False, indent=1))
    return page, data


def main() -> None:
    """Command line of `make dictionary`."""
    parser = argparse.ArgumentParser(prog="features.definitions.dictionary", description=__doc__)
    parser.add_argument("--out", type=Path, default=paths.reports(), help="folder, default var/reports")
    args = parser.parse_args()
    page, data = write(PORTFOLIO, args.out)
    for theme in PORTFOLIO.catalogue.themes:
        count = sum(spec.meta.theme == theme.key for spec in PORTFOLIO.specs)
        print(f"{theme.code}  {theme.key:<18}{theme.source:<18}{count:>4}")
    print(f"{len(PORTFOLIO.specs)} features: {page}, {data}")


if __name__ == "__main__":
    cli.run(main)
