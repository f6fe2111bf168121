"""The account at the moment of advice: known rows, limit, last bill, payment history, income."""

from serving.advice.account.payments import Bill, PaymentHistory
from serving.advice.account.snapshot import AccountSnapshot, snapshot

__all__ = ["AccountSnapshot", "Bill", "PaymentHistory", "snapshot"]
