"""The random streams of the cash flow: every draw is a hash of seed, account, day and stream.

Numbers must not change: the simulated data set of a seed hangs on them. 0 to 19 are the person's
circumstances, 20 to 39 bills, limits and credit elsewhere, 40 to 59 orders; 100 to 199 what the tables show
of it (`emit`), 200 to 299 attributes at the start (`population`).
"""

import numpy as np

JOB, HIRE, FIRM, NEW_WAGE, LEVEL, ILL, ILL_SPAN, RECEIPT, RECEIPT_SIZE, UNPAID, GIG = np.arange(11)
FORGET, REMEMBER, PAY_TIME, APPLY, LENDER, CONSUME, CONSUME_SIZE, CURIOUS = np.arange(20, 28)
REVIEW, RAISE, ASK, GRANT, START = np.arange(28, 33)
ORDER, SIZE, CREDIT, SPLIT, TERM, BACK, CATEGORY, WHEN = np.arange(40, 48)
PULL, PULL_SIZE, OFFER, OFFER_TERMS, ACCEPT = np.arange(48, 53)
NONE, ONE = np.arange(2)
