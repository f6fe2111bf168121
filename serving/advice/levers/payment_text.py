"""What is to be paid, bill by bill and by when, in words."""

from collections.abc import Sequence
from math import ceil

from serving.advice.levers.context import PathContext
from serving.advice.text import Bilingual, cny, fen, on
from serving.advice.types import Lever, PlannedPayment

SMALL_CNY = 10.0
"""Projected payments below this are too uncertain to name."""
MONTH_DAYS = 30.44
"""Mean month of the calendar."""
LISTED = 3
"""Bills that are named one by one; those after them are summed up."""


def states_payments(context: PathContext, lever: Lever, kinds: Sequence[str]) -> bool:
    """Whether a lever is the first of its plan that governs payment: it states the amounts for all."""
    mine = [other for other in context.scenario.plan if other.kind in kinds]
    return mine[:1] == [lever]


def paid_as_planned(context: PathContext) -> Bilingual:
    """What to pay, bill by bill; nothing is listed of a person who pays so anyway."""
    if context.scenario.as_usual:
        return "像现在这样按时还款", "go on paying your bills by their due days as you do"
    return bill_by_bill(context.scenario.payments)


def bill_by_bill(payments: Sequence[PlannedPayment]) -> Bilingual:
    """What is overdue first, then each bill with its due date and the one amount that the path counts on."""
    overdue = [one for one in payments if one.overdue]
    coming = [one for one in payments if not one.overdue and (one.issued or one.at_least_cny >= SMALL_CNY)]
    parts = [_overdue(one) for one in overdue] + [_bill(one) for one in coming[:LISTED]]
    if not parts:
        return (
            "今后每期账单都按期还款（预计金额很小）",
            "pay every bill to come by its due day (the amounts are expected to be small)",
        )
    if rest := coming[LISTED:]:
        parts.append(_rest(rest, after=coming[LISTED - 1]))
    if overdue and coming:
        first, then = parts[: len(overdue)], parts[len(overdue) :]
        return (
            f"先{'，'.join(zh for zh, _ in first)}；此后{'；'.join(zh for zh, _ in then)}",
            f"first {', '.join(en for _, en in first)}; then {'; '.join(en for _, en in then)}",
        )
    return "；".join(zh for zh, _ in parts), "; ".join(en for _, en in parts)


def _overdue(one: PlannedPayment) -> Bilingual:
    amount = fen(one.at_least_cny)
    due_zh, due_en = on(one.due_on)
    return f"还清{due_zh}到期、已逾期的{amount}", f"pay the {amount} that is overdue since {due_en}"


def _bill(one: PlannedPayment) -> Bilingual:
    bill_zh, bill_en = on(one.statement_on)
    due_zh, due_en = on(one.due_on)
    if one.issued:
        amount = _known(one)
        return (
            f"{bill_zh}的账单，{due_zh}到期前{amount[0]}",
            f"before the bill of {bill_en} is due ({due_en}): {amount[1]}",
        )
    about = cny(ceil(one.at_least_cny))
    least = (f"至少还约{about}", f"at least about {about}")
    amount = (f"还清，约{about}", f"all of it, about {about}") if one.in_full else least
    return (
        f"{bill_zh}的账单，{due_zh}到期前{amount[0]}",
        f"before the bill of {bill_en} is due ({due_en}): {amount[1]}",
    )


def _known(one: PlannedPayment) -> Bilingual:
    """The amount of a bill that is known, in words that say whether part of it is paid."""
    exact, least = fen(one.at_least_cny), cny(ceil(one.at_least_cny))
    if one.paid_cny > 0:
        if one.in_full:
            return f"还清余下的{exact}", f"the remaining {exact}"
        return f"再还至少{least}", f"at least {least} more"
    return (f"还清{exact}", f"{exact}, all of it") if one.in_full else (f"至少还{least}", f"at least {least}")


def _rest(rest: Sequence[PlannedPayment], after: PlannedPayment) -> Bilingual:
    """The bills after those that are named, with their mean amount; bills without one are not counted."""
    if len(rest) == 1:
        return _bill(rest[0])
    (last_zh, last_en), n = on(rest[-1].statement_on), len(rest)
    cycles = round((rest[-1].statement_on - after.statement_on).days / MONTH_DAYS)
    zh = f"其后至{last_zh}的{n}期账单" if n >= cycles else f"其后至{last_zh}的账单中预计有金额的{n}期"
    bills = f"{n} bills after that" if n >= cycles else f"{n} bills after that on which an amount is expected"
    about = cny(ceil(sum(one.at_least_cny for one in rest) / n))
    if all(one.in_full for one in rest):
        zh, en = f"{zh}，每期到期前还清，平均约{about}", f"all of it, about {about} on average"
    else:
        zh, en = f"{zh}，每期到期前至少还约{about}", f"at least about {about}"
    return zh, f"each of the {bills}, up to the one of {last_en}, by its due day: {en}"
