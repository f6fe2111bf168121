"""What a person is told who chose not to have automatic decisions (PIPL art. 24)."""

from features.sources.linked import Text


def review_text() -> Text:
    """A person decides: no score is made or shown, and nothing is refused.

    Example:
        >>> review_text().en
        'You chose not to have automatic decisions: no score was made, and a person will look at your limit.'
    """
    return Text(
        "您已选择不接受自动决策：系统没有对您评分，您的额度将由工作人员审核。",
        "You chose not to have automatic decisions: no score was made, and a person will look at your limit.",
    )
