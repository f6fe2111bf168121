import numpy as np

from serving.model.reasons.sources import LinkedSources
from tests.serving import toy

SOURCES = LinkedSources.of(toy.CATALOGUE)
INQUIRIES, DEBT = toy.THEME_KEYS.index("inquiries"), toy.THEME_KEYS.index("other_debt")
FUND = toy.THEME_KEYS.index("housing_fund")


def rows_without(*names: str) -> np.ndarray:
    row = np.ones((1, len(toy.FEATURES)))
    row[0, [toy.CATALOGUE.names.index(name) for name in names]] = np.nan
    return row


def test_only_sources_that_need_a_consent_can_be_absent_as_a_whole() -> None:
    assert SOURCES.names == ("bureau", "housing_fund")
    assert SOURCES.leads == {INQUIRIES: "bureau", FUND: "housing_fund"}


def test_a_source_is_absent_when_nothing_of_it_is_there() -> None:
    assert SOURCES.absent(rows_without("inquiries_3m")).tolist() == [[False, False]]
    assert SOURCES.absent(rows_without("inquiries_3m", "other_balance_cny")).tolist() == [[True, False]]
    assert SOURCES.absent(rows_without("tenure_months", "fund_monthly_cny")).tolist() == [[False, True]]


def test_the_themes_of_an_absent_source_are_one_and_the_sum_stays() -> None:
    rows = np.vstack([rows_without("inquiries_3m", "other_balance_cny"), rows_without("inquiries_3m")])
    values = np.arange(2.0 * len(toy.THEME_KEYS)).reshape(2, -1) + 1
    joined = SOURCES.joined(values, rows)
    assert joined[0, INQUIRIES] == values[0, INQUIRIES] + values[0, DEBT]
    assert joined[0, DEBT] == 0
    assert joined[1].tolist() == values[1].tolist()
    assert (joined.sum(axis=1) == values.sum(axis=1)).all()
    assert values[0, DEBT] != 0, "the given values stay as they are"


def test_a_model_without_linked_sources_changes_nothing() -> None:
    alone = LinkedSources.of(toy.CATALOGUE.select(["util_avg_6m", "tenure_months"]))
    values = np.array([[1.0, -2.0]])
    assert alone.names == ()
    assert alone.joined(values, np.full((1, 2), np.nan)).tolist() == values.tolist()
