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
    assert {s: t.tolist() for s, t in SOURCES.themes.items()} == {
        "bureau": [INQUIRIES, DEBT],
        "housing_fund": [FUND],
    }


def test_a_source_is_absent_when_nothing_of_it_is_there() -> None:
    assert SOURCES.absent(rows_without("inquiries_3m")).tolist() == [[False, False]]
    assert SOURCES.absent(rows_without("inquiries_3m", "other_balance_cny")).tolist() == [[True, False]]
    assert SOURCES.absent(rows_without("tenure_months", "fund_monthly_cny")).tolist() == [[False, True]]


def test_the_themes_of_an_absent_source_are_marked_and_no_others() -> None:
    rows = np.vstack([rows_without("inquiries_3m", "other_balance_cny"), rows_without("inquiries_3m")])
    marked = SOURCES.absent_themes(rows, len(toy.THEME_KEYS))
    assert np.flatnonzero(marked[0]).tolist() == sorted([INQUIRIES, DEBT])
    assert not marked[1].any()


def test_a_model_without_linked_sources_lacks_none() -> None:
    alone = LinkedSources.of(toy.CATALOGUE.select(["util_avg_6m", "tenure_months"]))
    assert alone.names == ()
    assert not alone.absent_themes(np.full((1, 2), np.nan), 2).any()
