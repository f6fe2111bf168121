"""The account at the moment of advice: known rows, limit, bills, payment history, arrears, income."""

from serving.advice.account.bills import Bills
from serving.advice.account.history import PaymentHistory
from serving.advice.account.read import snapshot
from serving.advice.account.snapshot import AccountSnapshot

__all__ = ["AccountSnapshot", "Bills", "PaymentHistory", "snapshot"]
