"""Phrases that the payment levers share."""

from serving.advice.account import AccountSnapshot
from serving.advice.text import Bilingual
from serving.decision.wording.figures import figure


def arrears_first(account: AccountSnapshot) -> Bilingual:
    """That what is overdue is to be settled first; empty where nothing is."""
    days = account.days_past_due
    if not days:
        return "", ""
    unit = "day" if days == 1 else "days"
    stated = figure(float(days), "days", "zh")
    return f"先还清已逾期{stated}的欠款，此后", f"settle what is {days} {unit} overdue, then "


def billed(account: AccountSnapshot) -> bool:
    """Whether any bill on record asked for money."""
    return bool((account.tables["statements"]["balance_cny"] > 0).any())
