"""Views of what policy alone reads: flags of an account, consents given and withdrawn.

None is under a consent: the lender keeps these books to know what it may do.
"""

import numpy as np

from features.arrays import NULL
from features.contract.schemas import ACCOUNT_FLAGS as FLAGS
from features.engine.columns import ColumnReader
from features.engine.rows import UnsortedRows
from features.engine.views.column_types import NUMBER, enumeration
from features.engine.views.view import View
from features.sources.registry import LINKED


def _account_flags(r: ColumnReader) -> UnsortedRows:
    """A row when a flag is set (+1) and one when it is lifted (−1), known from then."""
    t = "account_flags"
    account, flag, known = r.whole(t, "account_id"), r.code(t, "flag"), r.moment(t, "known_at")
    begun, lifted = r.moment(t, "set_at"), r.moment(t, "lifted_at")
    ended = lifted != NULL
    return UnsortedRows(
        np.concatenate((account, account[ended])),
        np.concatenate((begun, lifted[ended])),
        np.concatenate((known, np.maximum(known, lifted)[ended])),
        {
            "flag": np.concatenate((flag, flag[ended])),
            "change": np.concatenate((np.ones_like(account), -np.ones_like(account[ended]))),
        },
    )


def _consent_grants(r: ColumnReader) -> UnsortedRows:
    t = "consents"
    return UnsortedRows(
        r.whole(t, "account_id"),
        r.moment(t, "granted_at"),
        r.moment(t, "known_at"),
        {"source": r.code(t, "source")},
    )


def _consent_withdrawals(r: ColumnReader) -> UnsortedRows:
    """Consents that were withdrawn, known from the withdrawal."""
    t = "consents"
    withdrawn = r.moment(t, "revoked_at")
    kept = withdrawn != NULL
    return UnsortedRows(
        r.whole(t, "account_id")[kept],
        withdrawn[kept],
        np.maximum(r.moment(t, "known_at"), withdrawn)[kept],
        {"source": r.code(t, "source")[kept]},
    )


SOURCE = enumeration(tuple(LINKED))
ACCOUNT_FLAGS = View(
    "account_flags",
    ("account_flags",),
    "platform",
    _account_flags,
    {"flag": enumeration(FLAGS), "change": NUMBER},
)
CONSENT_GRANTS = View("consent_grants", ("consents",), "platform", _consent_grants, {"source": SOURCE})
CONSENT_WITHDRAWALS = View(
    "consent_withdrawals", ("consents",), "platform", _consent_withdrawals, {"source": SOURCE}
)
