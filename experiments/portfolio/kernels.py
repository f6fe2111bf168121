"""The compiled heart of the world: one account, one month.

Luck is counter-based: every draw is a hash of (seed, account, month, stream, number), so a world does not depend
on the order or the number of processes, and two policies share their luck. The ledger counts in fen (0.01 CNY),
held as whole floats, so that its identities are exact; limits, incomes and debts are in CNY.
All compiled functions stand in one file because numba's cache watches only the caller's own file.
"""

from math import exp, floor, isnan, log, log1p, sqrt
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from experiments.portfolio.layout import MAX_ORDERS, ORDER, TERMS

njit = numba.njit(cache=True, error_model="numpy")

_GAMMA, _M1, _M2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_S40, _S20 = np.uint64(40), np.uint64(20)

(JOB, HIRE, INCOME, ILL, ILL_SPAN, MOVE, HABIT, SEEK, INQUIRY, LOAN, LOAN_SIZE, CLOSE, ELSEWHERE, HEAL) = (
    range(14)
)
(REVIEW, RAISE, ASK, GRANT, TEMP, MISS, ROLL, LATE, DAY, SLACK, CARRY) = range(20, 31)
(ORDERS, SIZE, CREDIT, CATEGORY, SPLIT, TERM, BACK, WHEN, NEED, NEED_SIZE, PROMO, PROMO_TERM, ACCEPT) = range(
    40, 53
)
(BASE, TENURE, REPAYMENT, ARREARS, UTILISATION, BALANCE, SPENDING, RETURNS) = range(-1, 7)
OTHER_DEBT, INQUIRIES, RECORD, THIRD = 8, 9, 10, 11
SOCIAL, EMPLOYER, FUND, ECONOMY, HIDDEN = 12, 13, 14, 15, 16
POLICY, REQUEST, TEST = 1, 2, 3
N_TERMS = len(TERMS)
GONE = 7
"""Missed payments at which an account is written off (more than 180 days past due)."""


class World(NamedTuple):
    """What happens to everyone: months from the start of the burn-in, one year beyond the end.

    Attributes:
        stress: (T,) 0 calm … 1 worst of the downturn.
        published: (T,) stress as the lender knew it in that month.
        industry: (I, T) stress by industry.
        distress: (E, T) employers: 0 sound, 1 in distress, 2 gone.
        season: (T,) log factor on orders.
        festival: (T,) 1 in the months of temporary limits.
        days: (T,) days of the month.
        first: (I,) first employer of each industry.
        firms: (I,) employers of each industry.
    """

    stress: NDArray[np.float64]
    published: NDArray[np.float64]
    industry: NDArray[np.float64]
    distress: NDArray[np.int8]
    season: NDArray[np.float64]
    festival: NDArray[np.int8]
    days: NDArray[np.int64]
    first: NDArray[np.int64]
    firms: NDArray[np.int64]


# ---- luck --------------------------------------------------------------------------------------------------------


@njit
def mix(z: Any) -> Any:
    """The finaliser of splitmix64 (Steele, Lea, Flood 2014)."""
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    return z ^ (z >> _S31)


@njit
def account_key(seed: Any, account: Any) -> Any:
    """The key of an account's luck."""
    return mix(mix(np.uint64(seed) + _GAMMA) + np.uint64(account) * _GAMMA)


@njit
def uniform(key: Any, t: Any, stream: int, k: int) -> Any:
    """A number in (0, 1) that is the same whenever it is asked for."""
    z = mix(key ^ mix(((np.uint64(t) << _S40) | (np.uint64(stream) << _S20) | np.uint64(k)) + _GAMMA))
    return (np.float64(z >> _S11) + 0.5) * 1.1102230246251565e-16


@njit
def quantile(u: Any) -> Any:
    """Inverse of the normal distribution function (P. J. Acklam's rational approximation, relative error 1.2e-9)."""
    if u > 0.97575:
        return -quantile_tail(1.0 - u)
    if u < 0.02425:
        return quantile_tail(u)
    q = u - 0.5
    r = q * q
    a = -3.969683028665376e01 * r + 2.209460984245205e02
    a = ((a * r - 2.759285104469687e02) * r + 1.383577518672690e02) * r - 3.066479806614716e01
    b = -5.447609879822406e01 * r + 1.615858368580409e02
    b = ((b * r - 1.556989798598866e02) * r + 6.680131188771972e01) * r - 1.328068155288572e01
    return (a * r + 2.506628277459239) * q / (b * r + 1.0)


@njit
def quantile_tail(u: Any) -> Any:
    """The lower tail of `quantile`."""
    q = sqrt(-2.0 * log(u))
    c = -7.784894002430293e-03 * q - 3.223964580411365e-01
    c = ((c * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968
    d = 7.784695709041462e-03 * q + 3.224671290700398e-01
    d = (d * q + 2.445134137142996) * q + 3.754408661907416
    return (c * q + 2.938163982698783) / (d * q + 1.0)


@njit
def normal(key: Any, t: Any, stream: int) -> Any:
    """A standard normal draw."""
    return quantile(uniform(key, t, stream, 0))


@njit
def poisson(u: Any, mean: Any, cap: Any) -> Any:
    """Inverse of the Poisson distribution, capped."""
    p = exp(-mean)
    total, n = p, 0
    while u > total and n < cap:
        n += 1
        p *= mean / n
        total += p
    return n


@njit
def sigmoid(z: Any) -> Any:
    """Log-odds to probability."""
    return 1.0 / (1.0 + exp(-z))


@njit
def uniforms(keys: Any, months: Any, stream: int, k: int) -> Any:
    """`uniform` over arrays of keys and months."""
    out = np.empty(len(keys))
    for i in range(len(keys)):
        out[i] = uniform(keys[i], months[i], stream, k)
    return out


@njit
def account_keys(seed: Any, accounts: Any) -> Any:
    """`account_key` over an array of account numbers."""
    out = np.empty(len(accounts), np.uint64)
    for i in range(len(accounts)):
        out[i] = account_key(seed, accounts[i])
    return out


# ---- life --------------------------------------------------------------------------------------------------------


@njit
def work(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any) -> None:
    """Keeps, loses or finds a job; income follows."""
    stress, u = w.industry[x.industry, t], uniform(key, t, JOB, 0)
    if s.employed:
        state = w.distress[s.employer, t] if s.employer >= 0 else 0
        chance = x.separation * exp(p.separation_stress * stress) + p.separation_distress * (state == 1)
        s.employed = 0 if state == 2 or u < chance else 1
    elif u < p.rehire * exp(-p.rehire_stress * stress):
        s.employed = 1
        if x.formal:
            s.employer = hire(x.industry, key, t, w)
    s.income_shock = p.income_memory * s.income_shock + p.income_noise * normal(key, t, INCOME)
    s.income = x.income * exp(s.income_shock) * (1.0 if s.employed else p.idle_income)


@njit
def hire(industry: Any, key: Any, t: Any, w: Any) -> Any:
    """A sound employer of the industry, as far as four tries find one."""
    employer = w.first[industry]
    for k in range(4):
        employer = w.first[industry] + int(floor(uniform(key, t, HIRE, k) * w.firms[industry]))
        if w.distress[employer, t] == 0:
            break
    return employer


@njit
def trouble(s: Any, x: Any, key: Any, t: Any, p: Any) -> None:
    """Illness, moving, the slow habit of paying, and the mark of old arrears."""
    s.ill = max(0, s.ill - 1)
    if s.ill == 0 and uniform(key, t, ILL, 0) < p.illness:
        s.ill = 3 + int(floor(4.0 * uniform(key, t, ILL_SPAN, 0)))
    s.moving = max(0, s.moving - 1)
    if s.moving == 0 and uniform(key, t, MOVE, 0) < p.moving:
        s.moving = 2
    s.habit = x.habit + p.habit_memory * (s.habit - x.habit) + p.habit_noise * normal(key, t, HABIT)
    if s.scar and uniform(key, t, HEAL, 0) < p.arrears_heal:
        s.scar = 0


@njit
def borrow(s: Any, x: Any, key: Any, t: Any, p: Any, lever: Any, o: Any) -> None:
    """What is wanted and owed, here (as a target) and elsewhere."""
    idle, on = 1.0 - s.employed, t >= lever.start
    s.need = min(1.0, x.thin * (1.0 + p.shock_job * idle + p.shock_illness * (s.ill > 0)))
    mean = p.seek_base + x.seek + p.seek_need * s.need + p.seek_job * idle
    s.seek = mean + p.seek_memory * (s.seek - mean) + 0.5 * p.seek_sigma * normal(key, t, SEEK)
    rate = exp(s.seek + (lever.seek if on else 0.0))
    o.inquiries = poisson(uniform(key, t, INQUIRY, 0), rate, 9)
    s.debt *= (1.0 - p.debt_paydown) * (lever.debt if on else 1.0)
    o.new_accounts = 0
    if o.inquiries > 0 and uniform(key, t, LOAN, 0) < 1.0 - (1.0 - p.lend_chance) ** o.inquiries:
        size = x.income * exp(p.loan_log + p.loan_sigma * normal(key, t, LOAN_SIZE))
        s.debt, s.limit_elsewhere = s.debt + size, s.limit_elsewhere + 1.3 * size
        s.n_elsewhere, o.new_accounts = s.n_elsewhere + 1.0, 1
    if s.n_elsewhere > 1.0 and uniform(key, t, CLOSE, 0) < p.close_chance * s.n_elsewhere:
        s.limit_elsewhere = max(s.debt, s.limit_elsewhere * (1.0 - 1.0 / s.n_elsewhere))
        s.n_elsewhere -= 1.0
    target = s.need * x.thirst * s.limit * (lever.use if on else 1.0)
    s.carry += (p.draw_speed if target > s.carry else p.pay_speed) * (target - s.carry)


@njit
def pressure(s: Any, x: Any, t: Any, w: Any, p: Any, lever: Any, terms: Any) -> Any:
    """Fills `terms` with the log-odds of missing a payment by theme; returns their sum with the intercept.

    Nothing in it depends on the current arrears or the limit itself: the limit acts through the carried balance.
    """
    on = t >= lever.start
    state = w.distress[s.employer, t] if s.employer >= 0 and s.employed else 0
    terms[:] = 0.0
    terms[0] = p.tenure * exp(-(t - x.opened) / p.tenure_months)
    terms[1] = -p.repayment * (s.habit + (lever.habit if on else 0.0))
    terms[2] = p.arrears * s.scar
    terms[3] = p.utilisation * s.need * x.thirst * (lever.use if on else 1.0)
    terms[4] = p.balance * s.carry / x.income
    terms[5] = -p.spending * x.engagement
    terms[6] = p.returns * x.returning
    terms[8] = p.other_debt * log1p(s.debt / (3.0 * x.income))
    terms[9] = p.inquiries * (s.seek + (lever.seek if on else 0.0) - p.seek_base)
    terms[10] = -p.bureau_record * x.elsewhere
    terms[11] = -p.third_party * x.character
    terms[12] = p.social_job * (1.0 - s.employed) - p.social_income * log(x.income / p.income_median_cny)
    terms[13] = p.employer * (state == 1) + p.employer_industry * w.industry[x.industry, t]
    terms[14] = -p.housing_fund * x.reserves
    terms[15] = p.economy * w.stress[t]
    terms[16] = p.illness_hidden * (s.ill > 0) + p.moving_hidden * (s.moving > 0)
    return p.intercept + terms.sum()


# ---- the incumbent -----------------------------------------------------------------------------------------------


@njit
def decide(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, given: Any, o: Any) -> None:
    """The limit of the month: given from outside, or the incumbent's rule, test and answer to requests."""
    o.old_limit, o.cause, o.asked, o.arm, s.extra = s.limit, 0, 0, -1, 0.0
    s.since_change += 1
    if not isnan(given):
        o.cause = POLICY if given != s.limit else 0
        s.limit = given
    elif not s.written_off:
        incumbent(s, x, key, t, w, p, o)
    if o.cause > 0 and s.limit != o.old_limit:
        s.since_change = 0


@njit
def incumbent(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, o: Any) -> None:
    """Test arms first; then the cut of a downturn, the half-yearly review, and requests."""
    calm, age, used = w.published[t] < 0.5 * p.cut_stress, t - x.opened, s.revolving + s.instalment
    ready = s.clean >= p.raise_clean and s.since_change >= p.raise_tenure and age >= p.raise_tenure
    active = s.spend + p.raise_use * used / 100.0
    s.held = max(0, s.held - 1)
    s.cut_done = 0 if calm else s.cut_done
    if t == x.test_month and age >= 6 and s.missed == 0:
        o.cause, o.arm, s.held = TEST, x.test_arm, int(p.test_hold)
        s.limit = stepped(s.limit, (0.0, 0.2, 0.5)[x.test_arm])
    elif s.held == 0 and w.published[t] >= p.cut_stress:
        if s.cut_done == 0 and t % 3 == x.review % 3:
            o.cause, s.cut_done = POLICY, 1
            s.limit = stepped(s.limit, -p.cut_share)
    elif s.held == 0 and t % 6 == x.review and calm and ready and active > p.raise_activity * s.limit:
        if uniform(key, t, REVIEW, 0) < p.raise_chance:
            o.cause = POLICY
            s.limit = stepped(s.limit, p.raise_low + (p.raise_high - p.raise_low) * uniform(key, t, RAISE, 0))
    if uniform(key, t, ASK, 0) < p.request_chance + p.request_use * (used > 70.0 * s.limit):
        o.asked = 1
        if o.cause == 0 and s.held == 0 and calm and ready and uniform(key, t, GRANT, 0) < p.request_grant:
            o.cause, s.limit = REQUEST, stepped(s.limit, 0.10 + 0.10 * uniform(key, t, GRANT, 1))
    if w.festival[t] and s.missed == 0 and uniform(key, t, TEMP, 0) < p.temporary_chance * exp(x.engagement):
        s.extra = stepped(s.limit, 0.1 + 0.2 * uniform(key, t, TEMP, 1)) - s.limit


@njit
def stepped(limit: Any, share: Any) -> Any:
    """A limit changed by a share, in whole hundreds."""
    return round(limit * (1.0 + share) / 100.0) * 100.0


# ---- the ledger, in fen ------------------------------------------------------------------------------------------


@njit
def settle(
    s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, odds: Any, trunk: Any, late: Any, o: Any
) -> None:
    """Pays last month's bill, or not. On a trunk path nobody misses (see `hazard`)."""
    o.paid, o.pay_day, o.fees, o.interest = 0.0, 0, 0.0, 0.0
    if s.written_off or s.billed <= 0.0 or s.minimum <= 0.0:
        s.clean += s.missed == 0
        return
    o.fees = floor(p.instalment_fee * s.instalment + 0.5)
    due = s.schedule[0]
    s.revolving, s.instalment = s.revolving + due, s.instalment - due
    if s.missed == 0 and (trunk or uniform(key, t, MISS, 0) >= sigmoid(odds)):
        pay_bill(s, x, key, t, w, p, odds, due, late, o)
        return
    s.clean = 0
    outcome = 2 if s.missed == 0 else roll(s.missed, odds - p.arrears * s.scar, uniform(key, t, ROLL, 0), p)
    if outcome == 0:
        o.paid, s.arrears, s.missed, s.scar = min(s.minimum, s.revolving), 0.0, 0, 1
    elif outcome == 1:
        o.paid = min(floor(s.minimum / (s.missed + 1.0)), s.revolving)
        s.arrears = max(0.0, s.minimum - o.paid)
    else:
        s.missed, s.arrears = s.missed + 1, s.minimum
        s.written_off = 1 if s.missed >= GONE else 0
    s.revolving -= o.paid
    o.pay_day = 1 + int(floor(uniform(key, t, DAY, 0) * w.days[t])) if o.paid > 0.0 else 0
    o.fees += floor(30.0 * p.late_fee_daily * s.arrears + 0.5)


@njit
def pay_bill(
    s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, odds: Any, due: Any, late: Any, o: Any
) -> None:
    """In full, or down to what the person wants to carry; on time, or days late within the month."""
    carry = max(0.0, 100.0 * s.carry * exp(p.carry_noise * normal(key, t, CARRY)) - s.instalment)
    floor_pay = min(s.minimum, max(0.0, s.revolving))
    slack = uniform(key, t, SLACK, 0) < sigmoid(p.slack_minimum - p.slack_habit * s.habit)
    pay = max(0.0, s.revolving)
    if slack:
        pay = floor_pay
    elif carry > 100.0 * p.full_below * s.limit:
        pay = max(floor_pay, floor(s.revolving - carry))
    u, v = uniform(key, t, LATE, 0), uniform(key, t, DAY, 0)
    if not late or u >= sigmoid(p.late_base - p.late_habit * s.habit + p.late_risk * (odds - p.intercept)):
        o.pay_day = 1 + int(floor(sqrt(v) * x.due_day))
    else:
        o.pay_day = x.due_day + 1 + int(floor(v * v * (w.days[t] - x.due_day)))
    s.revolving, o.paid, s.clean = s.revolving - pay, pay, s.clean + 1
    o.interest = floor(p.carry_rate * max(0.0, s.revolving) + 0.5)


@njit
def roll(missed: Any, odds: Any, u: Any, p: Any) -> Any:
    """From arrears: 0 cured, 1 one payment made and stays, 2 rolls on."""
    onward, stays = roll_chances(missed, odds, p)
    return 2 if u < onward else (1 if u < onward + stays else 0)


@njit
def roll_chances(missed: Any, odds: Any, p: Any) -> Any:
    """Chances of rolling on and of staying, from 1, 2, 3 or more missed payments."""
    base = p.roll1 if missed == 1 else (p.roll2 if missed == 2 else p.roll3)
    onward = sigmoid(base + p.roll_risk * (odds + 4.0))
    return onward, p.stay_share * (1.0 - onward)


@njit
def shop(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, o: Any, row: Any, orders: Any, n: Any) -> Any:
    """Places the month's orders; writes them to `orders` from row `n` on, if there is room for any."""
    o.purchases, o.refunds, o.spend, o.n_orders, o.promo = 0.0, s.refund, 0.0, 0, 0
    s.refund = 0.0
    if t <= x.opened:
        return n
    frozen = s.missed > 0 or s.written_off
    mean = exp(
        p.orders_log
        + x.engagement
        + w.season[t]
        + p.job_orders * (1.0 - s.employed)
        + p.moving_orders * (s.moving > 0)
        + p.frozen_orders * frozen
    )
    for k in range(poisson(uniform(key, t, ORDERS, 0), mean, MAX_ORDERS - 3)):
        fen = floor(100.0 * exp(x.ticket + p.size_sigma * quantile(uniform(key, t, SIZE, k)))) + 500.0
        wants = uniform(key, t, CREDIT, k) < x.credit_share + (1.0 - x.credit_share) * 0.6 * s.need
        split = uniform(key, t, SPLIT, k) < p.instalment_share + p.instalment_need * s.need
        n = place(s, x, key, t, w, p, o, row, orders, n, k, fen, wants and not frozen, split, 0)
    gap = 100.0 * s.need * x.thirst * s.limit - s.revolving - s.instalment
    if not frozen and gap > 5e4 and s.need > 0.15 and uniform(key, t, NEED, 0) < p.need_order:
        fen = floor(gap * (0.15 + 0.5 * uniform(key, t, NEED_SIZE, 0)))
        split = uniform(key, t, SPLIT, MAX_ORDERS) < 0.5
        n = place(s, x, key, t, w, p, o, row, orders, n, MAX_ORDERS, fen, True, split, 0)
    if not frozen and s.clean >= 3 and uniform(key, t, PROMO, 0) < p.promo_chance:
        n = promotion(s, x, key, t, w, p, o, row, orders, n)
    s.spend = p.spend_memory * s.spend + (1.0 - p.spend_memory) * o.purchases / 100.0
    return n


@njit
def promotion(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, o: Any, row: Any, orders: Any, n: Any) -> Any:
    """An instalment offer with terms drawn at random, taken or not."""
    o.promo, o.promo_terms = 1, (3, 6, 12, 24)[int(floor(4.0 * uniform(key, t, PROMO_TERM, 0)))]
    o.promo_discount = (0.0, 0.25, 0.5)[int(floor(3.0 * uniform(key, t, PROMO_TERM, 1)))]
    if uniform(key, t, ACCEPT, 0) < sigmoid(
        p.promo_accept + p.promo_discount * o.promo_discount + p.promo_need * s.need + x.engagement
    ):
        fen = floor(300.0 * exp(x.ticket + 1.0 + 0.5 * quantile(uniform(key, t, SIZE, MAX_ORDERS + 1))))
        before = o.purchases
        n = place(s, x, key, t, w, p, o, row, orders, n, MAX_ORDERS + 1, fen, True, True, int(o.promo_terms))
        o.promo = 2 if o.purchases > before else 1
    return n


@njit
def place(
    s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, o: Any, row: Any, orders: Any, n: Any,
    k: Any, fen: Any, wants: Any, split: Any, terms: Any,
) -> Any:  # fmt: skip
    """One order: on credit if wanted and there is room, perhaps in instalments, perhaps sent back."""
    room = 100.0 * (s.limit + s.extra) - s.revolving - s.instalment
    on_credit = wants and fen <= room
    if (k >= MAX_ORDERS) and not on_credit:
        return n
    when = floor(uniform(key, t, WHEN, k) * 86400.0 * w.days[t])
    back = 0
    if uniform(key, t, BACK, k) < sigmoid(p.return_base + x.returning) and k < MAX_ORDERS:
        back = 2 + int(floor(12.0 * uniform(key, t, BACK, MAX_ORDERS + k)))
    parts = 1
    if on_credit and back == 0 and split and fen >= 100.0 * p.instalment_from_cny:
        parts = terms if terms > 0 else (3, 3, 6, 12, 24)[int(floor(5.0 * uniform(key, t, TERM, k)))]
    if on_credit:
        o.purchases += fen
        owe(s, fen, parts)
        if back > 0 and when + 86400.0 * back < 86400.0 * w.days[t]:
            o.refunds += fen
        elif back > 0:
            s.refund += fen
    o.spend, o.n_orders = o.spend + (fen if back == 0 else 0.0), o.n_orders + 1
    if len(orders) > 0:
        r = orders[n]
        r.account, r.month, r.category, r.on_credit = (
            row,
            t,
            category(fen, uniform(key, t, CATEGORY, k)),
            on_credit,
        )
        r.instalments, r.return_days, r.when, r.amount = parts, back, when, fen
    return n + 1


@njit
def owe(s: Any, fen: Any, parts: Any) -> None:
    """Books a purchase: revolving, or spread over the months to come, the last part taking the remainder."""
    if parts == 1:
        s.revolving += fen
        return
    part = floor(fen / parts)
    s.instalment += fen
    for j in range(1, parts + 1):
        s.schedule[j] += part if j < parts else fen - part * (parts - 1)


@njit
def category(fen: Any, u: Any) -> Any:
    """Goods category: large orders are electronics and furniture more often."""
    shift = min(0.55, 0.25 * max(0.0, log(fen / 20000.0)))
    return int(floor(4.0 * u / shift)) if u < shift else 2 + int(floor(6.0 * (u - shift) / (1.0 - shift)))


@njit
def close(s: Any, p: Any, o: Any) -> None:
    """Ends the month: fees and refunds are booked, the bill is written."""
    s.revolving += o.fees + o.interest - o.refunds
    for j in range(len(s.schedule) - 1):
        s.schedule[j] = s.schedule[j + 1]
    s.schedule[len(s.schedule) - 1] = 0.0
    if s.revolving < 0.0 and s.arrears > 0.0:
        s.arrears = 0.0
    s.billed = s.revolving + s.instalment
    free = max(0.0, s.revolving - s.arrears)
    s.minimum = max(0.0, min(s.billed, s.arrears + floor(p.minimum_rate * free) + s.schedule[0]))
    o.balance, o.minimum = s.billed, s.minimum


# ---- months ------------------------------------------------------------------------------------------------------


@njit
def begin(s: Any, x: Any, key: Any, w: Any, p: Any) -> None:
    """The state before month 0."""
    s.employed, s.employer = 1, (hire(x.industry, key, 0, w) if x.formal else -1)
    s.habit, s.debt, s.n_elsewhere, s.limit_elsewhere = x.habit, x.debt, x.n_elsewhere, x.limit_elsewhere
    s.seek = p.seek_base + x.seek + p.seek_need * x.thin


@njit
def step(
    s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, given: Any, lever: Any, trunk: Any, o: Any, terms: Any,
    row: Any, orders: Any, n: Any,
) -> Any:  # fmt: skip
    """Lives one month of one account; returns the number of orders written so far."""
    work(s, x, key, t, w, p)
    trouble(s, x, key, t, p)
    if t == x.opened:
        s.limit, s.since_change = x.initial_limit, 0
    if t > x.opened:
        decide(s, x, key, t, w, p, given, o)
    borrow(s, x, key, t, p, lever, o)
    o.log_odds = pressure(s, x, t, w, p, lever, terms)
    o.late_elsewhere = uniform(key, t, ELSEWHERE, 0) < sigmoid(
        p.elsewhere_late - x.elsewhere + 0.5 * (o.log_odds - p.intercept)
    )
    if t >= x.opened:
        settle(s, x, key, t, w, p, o.log_odds, trunk, not (lever.on_time and t >= lever.start), o)
        n = shop(s, x, key, t, w, p, o, row, orders, n)
        close(s, p, o)
    return n


@njit
def note(s: Any, x: Any, o: Any) -> None:
    """Copies what the month's record shows of the state."""
    o.employed, o.employer, o.missed, o.written_off = s.employed, s.employer, s.missed, s.written_off
    o.income, o.declared, o.debt, o.n_elsewhere = s.income, x.declared, s.debt, s.n_elsewhere
    o.limit_elsewhere, o.character, o.need, o.carry = s.limit_elsewhere, x.character, s.need, s.carry
    o.limit, o.extra = s.limit, s.extra


@njit
def advance(
    state: Any,
    people: Any,
    keys: Any,
    t0: Any,
    t1: Any,
    w: Any,
    p: Any,
    given: Any,
    levers: Any,
    out: Any,
    orders: Any,
) -> Any:
    """Lives months t0 … t1 − 1 of all accounts; `given` (n, t1 − t0) holds limits, NaN where the incumbent decides.

    Fills `out` (n, t1 − t0) and `orders`, and returns the number of orders.
    """
    terms, n = np.zeros(N_TERMS), 0
    for i in range(len(state)):
        if t0 == 0:
            begin(state[i], people[i], keys[i], w, p)
        for t in range(t0, t1):
            o = out[i, t - t0]
            n = step(
                state[i],
                people[i],
                keys[i],
                t,
                w,
                p,
                given[i, t - t0],
                levers[i],
                False,
                o,
                terms,
                i,
                orders,
                n,
            )
            note(state[i], people[i], o)
    return n


# ---- the truth ---------------------------------------------------------------------------------------------------


@njit
def path_key(key: Any, path: Any) -> Any:
    """Fresh luck for one possible future."""
    return mix(key ^ mix(np.uint64(path) * _M2 + _GAMMA + _M1))


@njit
def start_standing(s: Any, q: Any) -> None:
    """Puts all probability on where the account stands: clean, marked, one or two payments missed."""
    q[:] = 0.0
    q[1 + s.missed if s.missed > 0 else s.scar] = 1.0


@njit
def pass_month(q: Any, odds: Any, due: Any, p: Any) -> Any:
    """Moves the probabilities of standing by one month; returns the probability that newly reaches 60 days.

    The hazards depend on the path of the person's life alone, so given that path the chance of going bad is exact
    (Rao-Blackwell): only the life has to be drawn.
    """
    q[0], q[1] = q[0] + p.arrears_heal * q[1], (1.0 - p.arrears_heal) * q[1]
    miss, again = due * sigmoid(odds), due * sigmoid(odds + p.arrears)
    on1, stay1 = roll_chances(1, odds, p)
    on2, stay2 = roll_chances(2, odds, p)
    entering = q[0] * miss + q[1] * again
    cured = q[2] * (1.0 - on1 - stay1) + q[3] * (1.0 - on2 - stay2)
    bad = q[3] * on2
    q[0], q[1] = q[0] * (1.0 - miss), q[1] * (1.0 - again) + cured
    q[2], q[3] = entering + q[2] * stay1, q[2] * on1 + q[3] * stay2
    return bad


@njit
def future(s: Any, x: Any, key: Any, t: Any, w: Any, p: Any, given: Any, lever: Any, work_: Any, result: Any) -> Any:
    """One possible year from state `s`; adds to `result` and returns the probability of bad on it."""
    q, clean, terms, o, none = work_
    start_standing(s, q)
    clean[:] = 0.0
    clean[0] = 1.0
    s.missed, s.arrears, s.scar = 0, 0.0, 0
    bad, bad_clean = 0.0, 0.0
    for h in range(len(given)):
        due = 1.0 if s.billed > 0.0 and s.minimum > 0.0 else 0.0
        step(s, x, key, t + h, w, p, given[h], lever, True, o, terms, 0, none, 0)
        newly = pass_month(q, o.log_odds, due, p)
        bad_clean += pass_month(clean, o.log_odds, due, p)
        bad += newly
        earned = o.interest + o.fees + p.merchant_rate * o.purchases - p.funding_rate * max(0.0, o.balance)
        lost = newly * p.loss_given_bad * max(0.0, o.balance) / 100.0
        result[3] += o.balance / 100.0 / len(given)
        result[4] += (1.0 - bad) * (earned / 100.0 - p.servicing_cny) - lost
        result[5] += lost
        result[6:] += terms / len(given)
    result[2] += bad_clean
    return bad


@njit
def expect(
    state: Any, x: Any, key: Any, month: Any, w: Any, p: Any, given: Any, lever: Any, blank: Any, paths: Any, result: Any
) -> None:
    """Fills `result` with the means over `paths` possible futures of one account."""
    square = 0.0
    work_ = (np.zeros(4), np.zeros(4), np.zeros(N_TERMS), blank.copy()[0], np.zeros(0, ORDER))
    for path in range(paths):
        bad = future(state.copy()[0], x, path_key(key, path), month, w, p, given, lever, work_, result)
        result[0] += bad
        square += bad * bad
    result /= paths
    result[1] = sqrt(max(0.0, square / paths - result[0] ** 2) / max(1, paths - 1))
    if state[0].missed >= 3:
        result[0], result[1] = 1.0, 0.0


@numba.njit(cache=True, error_model="numpy", nogil=True)
def foresee(
    state: Any, people: Any, keys: Any, month: Any, w: Any, p: Any, given: Any, levers: Any, blank: Any, paths: int
) -> Any:
    """The expected year from `month` on of each account, over `paths` possible futures; releases the GIL.

    `blank` is one empty month record and `given` (n, 12) the limits. Returns (n, 6 + terms): probability of bad, its
    standard error, the same had the account no arrears, mean balance, profit and loss (CNY), and the mean terms.
    """
    results = np.zeros((len(state), 6 + N_TERMS))
    for i in range(len(state)):
        expect(state[i : i + 1], people[i], keys[i], month, w, p, given[i], levers[i], blank, paths, results[i])
    return results
