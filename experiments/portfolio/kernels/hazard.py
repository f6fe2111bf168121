"""The hazard of a missed payment: log-odds as a sum of terms, one a theme and one that no source shows."""

from math import exp, log, log1p
from typing import Any

from experiments.portfolio.kernels.compiling import njit
from experiments.portfolio.layout import TERMS

# Positions in `terms`, which numba compiles in as constants; `limit_history` has no effect and stays 0.
TENURE, REPAYMENT, DELINQUENCY, UTILISATION = map(
    TERMS.index, ("tenure", "repayment", "delinquency", "utilisation")
)
BALANCE, SPENDING, RETURNS = map(TERMS.index, ("balance", "spending", "returns"))
OTHER_DEBT, INQUIRIES, BUREAU_RECORD = map(TERMS.index, ("other_debt", "inquiries", "bureau_record"))
THIRD_PARTY, SOCIAL_SECURITY, EMPLOYER = map(TERMS.index, ("third_party", "social_security", "employer"))
HOUSING_FUND, ECONOMY, HIDDEN = map(TERMS.index, ("housing_fund", "economy", "hidden"))


@njit
def miss_log_odds(s: Any, x: Any, t: Any, w: Any, p: Any, action: Any, terms: Any) -> Any:
    """Fills `terms` with the log-odds of missing a payment by theme; returns their sum and the intercept.

    No term depends on the current arrears or on the limit itself: a limit acts through the carried balance.
    """
    active = t >= action.start
    terms[:] = 0.0
    terms[TENURE] = p.tenure * exp(-(t - x.opened) / p.tenure_months)
    terms[REPAYMENT] = -p.repayment * (s.habit + (action.habit if active else 0.0))
    terms[DELINQUENCY] = p.arrears * s.recently_cured
    terms[UTILISATION] = p.utilisation * s.need * x.thirst * (action.use if active else 1.0)
    terms[BALANCE] = p.balance * s.carry / x.income
    terms[SPENDING] = -p.spending * x.engagement
    terms[RETURNS] = p.returns * x.returning
    seek = s.seek + (action.seek if active else 0.0)
    external_terms(s, x, t, w, p, seek, terms)
    terms[HIDDEN] = p.illness_hidden * (s.ill > 0) + p.moving_hidden * (s.moving > 0)
    return p.intercept + terms.sum()


@njit
def external_terms(s: Any, x: Any, t: Any, w: Any, p: Any, seek: Any, terms: Any) -> None:
    """Fills the terms of linked sources and of the economy."""
    state = w.distress[s.employer, t] if s.employer >= 0 and s.employed else 0
    terms[OTHER_DEBT] = p.other_debt * log1p(s.debt / (3.0 * x.income))
    terms[INQUIRIES] = p.inquiries * (seek - p.seek_base)
    terms[BUREAU_RECORD] = -p.bureau_record * x.elsewhere
    terms[THIRD_PARTY] = -p.third_party * x.character
    income = log(x.income / p.income_median_cny)
    terms[SOCIAL_SECURITY] = p.social_job * (1.0 - s.employed) - p.social_income * income
    terms[EMPLOYER] = p.employer * (state == 1) + p.employer_industry * w.industry[x.industry, t]
    terms[HOUSING_FUND] = -p.housing_fund * x.reserves
    terms[ECONOMY] = p.economy * w.stress[t]
