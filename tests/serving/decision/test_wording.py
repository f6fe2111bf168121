"""Stated reasons are true of the person, specific, and at most four and inquiries."""

import re
from dataclasses import replace

import numpy as np
import pytest

from features.sources.registry import LINKED
from features.themes import THEMES
from serving.decision.engine import DecisionEngine
from serving.decision.policy import packaged
from serving.decision.types import Case, Prediction, Reason
from serving.decision.wording.figures import figure
from serving.decision.wording.sentences import openings
from serving.model.bundle import ModelBundle
from serving.model.reasons.compile import compile_tables
from serving.model.reasons.trees import parse
from serving.model.scorer import Scorer
from tests.scalars import number
from tests.serving import toy

Decided = list[tuple[dict[str, float | str | None], Prediction]]


@pytest.fixture(scope="module")
def engine() -> DecisionEngine:
    return DecisionEngine(Scorer(toy.bundle()), "0" * 64, packaged())


@pytest.fixture(scope="module")
def predictions(engine: DecisionEngine) -> Decided:
    rows = toy.rows(300, seed=21)
    return list(zip(rows, engine.predict(rows), strict=True))


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (12345.6, "cny", "¥12,346", "¥12,346"),
        (-20.0, "cny", "-¥20", "-¥20"),
        (0.873, "ratio", "87.3%", "87.3%"),
        (1.0, "months", "1个月", "1 month"),
        (3.47, "months", "约3个月", "about 3 months"),
        (0.2, "months", "不足1个月", "less than a month"),
        (8.666, "cny_fen", "¥8.67", "¥8.67"),
        (12.0, "days", "12天", "12 days"),
        (4.0, "count", "4", "4"),
        (698.4, "score", "698", "698"),
        ("salaried", "", "salaried", "salaried"),
    ],
)
def test_figures_are_written_as_each_language_writes_them(
    value: float | str, unit: str, zh: str, en: str
) -> None:
    assert (figure(value, unit, "zh"), figure(value, unit, "en")) == (zh, en)


def test_at_most_four_reasons_and_inquiries_as_a_fifth(predictions: Decided) -> None:
    for _, prediction in predictions:
        themes = [reason.theme for reason in prediction.reasons]
        assert len(themes) <= 4 or (len(themes) == 5 and themes[4] == "inquiries")
        assert len(set(themes) - {""}) == len([theme for theme in themes if theme])


def test_a_decline_states_what_counts_against_and_a_rise_what_counts_for(
    predictions: Decided,
) -> None:
    signs: dict[bool, set[int]] = {True: set(), False: set()}
    for _, prediction in predictions:
        signs[prediction.eligible] |= {
            np.sign(reason.points) for reason in prediction.reasons if reason.theme
        }
    assert signs == {True: {1}, False: {-1}}


def test_stated_and_other_points_sum_to_the_score(predictions: Decided) -> None:
    for _, prediction in predictions:
        stated = sum(reason.points for reason in prediction.reasons)
        assert prediction.base_points + stated + prediction.other_points == prediction.score


def test_rules_come_first_and_themes_in_order_of_points(predictions: Decided) -> None:
    for _, prediction in predictions:
        codes = [reason.code for reason in prediction.reasons]
        assert codes == sorted(codes, key=lambda code: not code.startswith("H"))
        points = [abs(r.points) for r in prediction.reasons if r.theme and r.theme != "inquiries"]
        assert points == sorted(points, reverse=True)


def test_every_figure_in_a_reason_is_the_persons_own(predictions: Decided) -> None:
    metas = {meta.en: meta for meta in toy.FEATURES}
    checked = 0
    for row, prediction in predictions:
        for reason in prediction.reasons:
            found = re.search(r": ([^:]+): (.+?)(?:, against typically .+)?\.$", reason.en)
            if found and reason.theme:
                meta = metas[found[1]]
                assert meta.theme == reason.theme
                value = row[meta.name]
                assert value is not None
                assert found[2] == figure(value, meta.unit, "en")
                checked += 1
    assert checked > 300


def complete(seed: int = 5) -> ModelBundle:
    """The toy model against safe accounts that have every source, as training completes them."""
    rows = toy.codes(toy.frame(1500, seed).drop_nulls())
    margin = np.asarray(toy.booster().predict(rows, raw_score=True))
    safe = margin + 0.4 * rows[:, toy.CATALOGUE.names.index("inquiries_3m")]
    rows = rows[np.argsort(safe)[:200]]
    tables = compile_tables(
        parse(toy.bundle().booster_text), toy.CATALOGUE.theme_index, rows, len(toy.CATALOGUE.themes)
    )
    keys = toy.bundle().reference_keys[: len(rows)]
    return replace(toy.bundle(), reference=rows, reference_keys=keys, reasons=tables)


@pytest.fixture(scope="module")
def whole() -> DecisionEngine:
    return DecisionEngine(Scorer(complete()), "0" * 64, packaged())


def without(*names: str) -> list[dict[str, float | str | None]]:
    return [{**row, **dict.fromkeys(names)} for row in toy.rows(300, seed=2)]


BUREAU = ("inquiries_3m", "other_balance_cny")


def test_an_absent_source_has_no_points_and_is_no_reason_for_or_against(whole: DecisionEngine) -> None:
    for prediction in whole.predict(without(*BUREAU, "fund_monthly_cny")):
        stated = [*prediction.reasons, *prediction.why_not_higher]
        away = {"inquiries", "other_debt", "housing_fund"}
        assert not (away | set(LINKED)) & {reason.theme for reason in stated}
        assert {theme: prediction.theme_points[theme] for theme in away} == dict.fromkeys(away, 0)
        assert prediction.base_points + sum(prediction.theme_points.values()) == prediction.score


def test_what_an_absent_source_adds_is_in_the_base_of_that_answer(whole: DecisionEngine) -> None:
    full = {p.base_points for p in whole.predict(toy.frame(400, 2).drop_nulls().to_dicts())}
    lacking = {p.base_points for p in whole.predict(without(*BUREAU, "fund_monthly_cny"))}
    assert len(full) == 1
    assert lacking - full


def test_a_theme_that_a_present_source_holds_nothing_of_is_stated_as_absence(
    whole: DecisionEngine,
) -> None:
    rows = without("other_balance_cny", "tenure_months")
    stated = [r for p in whole.predict(rows) for r in p.reasons if r.theme in ("other_debt", "tenure")]
    assert len(stated) > 10
    for reason in stated:
        assert reason.code == THEMES[reason.theme].code + "A"
        assert not re.search(r"\d", reason.en + reason.zh)


def test_an_absent_source_is_an_opportunity_where_the_score_holds_the_account(
    whole: DecisionEngine,
) -> None:
    checked = 0
    for row in without(*BUREAU, "fund_monthly_cny"):
        facts = {**row, **toy.OWN_BOOKS}
        unknown, known = (
            whole.decide(Case(1, toy.AS_OF, facts, linked)) for linked in ((), ("bureau", "housing_fund"))
        )
        if unknown.tier not in "DE":
            assert unknown.opportunities == ()
            continue
        checked += 1
        assert [o.source for o in unknown.opportunities] == ["bureau", "housing_fund"]
        for stated in unknown.opportunities:
            assert "does not count against you" in stated.en
            assert "未授权不会对您不利" in stated.zh
        assert all(o.en.startswith("You linked your") for o in known.opportunities)
        assert unknown.reasons == known.reasons
    assert checked > 20


def test_a_rise_states_why_it_is_not_higher_and_a_hold_does_not(whole: DecisionEngine) -> None:
    risen = held = 0
    for prediction in whole.predict(toy.rows(300, seed=4)):
        if prediction.eligible:
            risen += bool(prediction.why_not_higher)
            assert all(reason.points < 0 for reason in prediction.why_not_higher)
            assert not {r.theme for r in prediction.reasons} & {r.theme for r in prediction.why_not_higher}
        else:
            held += 1
            assert prediction.why_not_higher == ()
    assert risen > 20
    assert held > 20


def test_absence_is_never_stated_as_merit(predictions: Decided, whole: DecisionEngine) -> None:
    absent = whole.predict(without(*BUREAU, "fund_monthly_cny"))
    for prediction in [*(prediction for _, prediction in predictions), *absent]:
        if prediction.eligible:
            assert not [r for r in prediction.reasons if r.code.endswith("A") or r.code.startswith("S")]


def test_an_opening_compares_only_where_the_figure_supports_it(
    predictions: Decided, engine: DecisionEngine
) -> None:
    middle = {meta.name: column for meta, column in zip(toy.FEATURES, toy.bundle().reference.T, strict=True)}
    metas = {meta.en: meta for meta in toy.FEATURES}
    seen = 0
    for row, prediction in predictions:
        for reason in prediction.reasons:
            if _compares(reason):
                meta = metas[reason.en.split(": ")[1]]
                known = np.sort(middle[meta.name][~np.isnan(middle[meta.name])])
                side = (number(row[meta.name]) - known[(len(known) - 1) // 2]) * meta.direction
                assert (side > 0) == (reason.points < 0), reason.en
                seen += 1
    assert seen > 100


def _compares(reason: Reason) -> bool:
    words = openings().get(reason.theme)
    return words is not None and reason.en.startswith((words.against.en + ":", words.favourable.en + ":"))


def test_every_theme_is_worded_in_both_languages() -> None:
    assert set(openings()) == set(THEMES)
    for words in openings().values():
        for text in (words.against, words.favourable, words.absent):
            assert re.search(r"[\u4e00-\u9fff]", text.zh)
            assert text.en.isascii()


def test_no_text_gives_a_low_score_as_the_reason() -> None:
    texts = [
        t for w in openings().values() for x in (w.against, w.favourable, w.absent) for t in (x.zh, x.en)
    ]
    texts += [t for rule in packaged().policy.rules for t in (rule.zh, rule.en)]
    texts += [t for s in LINKED.values() for x in (s.linked, s.unlinked) for t in (x.zh, x.en)]
    for text in texts:
        assert "评分" not in text
        assert "internal" not in text.lower()
        assert not re.search(r"credit score|your score", text.lower())
