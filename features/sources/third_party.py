"""Scores sold by a third party, such as 芝麻信用."""

from types import MappingProxyType

import dataframely as dy

from features.sources.columns import account_id, known_at, moment
from features.sources.linked import Condition, IntegerEncoding, LinkedSource, Text, ThemeWording, ViewColumn
from features.spec import Theme

KEY = "third_party"


class ThirdPartyScores(dy.Schema):
    """A score sold by a third party, such as 芝麻信用."""

    account_id = account_id()
    known_at = known_at()
    provider = dy.String(description="who made the score")
    scored_at = moment("when the score was made")
    score = dy.Float64(description="the provider's own scale")


WORDING = ThemeWording(
    against=Text("第三方信用分情况弱于一般水平", "Your third-party score compares unfavourably"),
    favourable=Text("第三方信用分情况好于一般水平", "Your third-party score compares favourably"),
    absent=Text("暂无第三方信用分", "No third-party score is on record"),
)

SOURCE = LinkedSource(
    key=KEY,
    code="S02",
    table="third_party_scores",
    schema=ThirdPartyScores,
    event="scored_at",
    zh="第三方信用分",
    en="third-party credit score",
    unlinked=Text(
        "未获得第三方信用分授权；授权后可一并评估",
        "We hold no third-party score with your consent; link it to have it counted",
    ),
    linked=Text(
        "您已授权第三方信用分，但尚未收到分数",
        "You linked your third-party score, but none has reached us yet",
    ),
    view=(ViewColumn("score", "score", IntegerEncoding.FINE),),
    themes=(Theme("third_party", "R12", KEY, False, "第三方信用分", "third-party credit score"),),
    wording=MappingProxyType({"third_party": WORDING}),
    profile=MappingProxyType({"score": 1}),
    conditions=(Condition("score", "", Text("分数不低于{value}", "a score of at least {value}")),),
)
