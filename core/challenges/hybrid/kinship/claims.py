"""What the literature says about composing relations, and how a result speaks to it."""

from __future__ import annotations

from collections.abc import Mapping

from core.challenges.hybrid.kinship.config import LONG, TYPED, KinshipResult
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.settings import Value
from core.models.chain_plans import BAG, RECURRENT, RULES, TRANSFORMER

SINHA = (
    "Sinha et al. 2019, systematic generalization by length of the chain",
    "curves: all models fall on longer chains than those trained",
)
SHORT: Mapping[str, Value] = {"longest": 3}
TRUE: Mapping[str, Value] = {"withheld": 5, "typed_in": "true"}

CLAIMS: tuple[Claim[KinshipResult], ...] = (
    claim(
        "order_is_needed",
        "Which relations are said is not enough: a bag of them gets fewer chains of three right "
        "than a recurrent network, which reads them in order.",
        OWN_CONTROL, lambda r: r.at(BAG, 3) - r.at(RECURRENT, 3), below=0,
    ),
    claim(
        "transformer_falls_with_length",
        f"A transformer trained on chains of up to three gets fewer chains of {LONG} right than "
        "of three.",
        SINHA, lambda r: r.at(TRANSFORMER) - r.at(TRANSFORMER, 3), below=0, settings=SHORT,
    ),
    claim(
        "recurrence_falls_with_length",
        "So does a recurrent network, though it reads one relation at a time.",
        SINHA, lambda r: r.at(RECURRENT) - r.at(RECURRENT, 3), below=0, settings=SHORT,
    ),
    claim(
        "rules_keep_at_any_length",
        f"A learned table of rules, applied from the left, gets more chains of {LONG} right than "
        "the transformer.",
        OWN_CONTROL, lambda r: r.at(RULES) - r.at(TRANSFORMER), above=0, settings=SHORT,
    ),
    claim(
        "rules_keep_where_recurrence_falls",
        "And more than the recurrent network.",
        OWN_CONTROL, lambda r: r.at(RULES) - r.at(RECURRENT), above=0, settings=SHORT,
    ),
    claim(
        "rules_are_read_out",
        "From whole chains alone the table has more than nine of ten rules right.",
        OWN_CONTROL, lambda r: r.found(), above=0.9,
        reason="nine of ten, so that a table with a few gaps still counts as read out",
    ),
    claim(
        "knowledge_can_be_typed_in",
        "Chains that need a rule withheld in training turn right when the rule is typed in.",
        OWN_CONTROL, lambda r: r.without(TYPED) - r.without(RULES), above=0, settings=TRUE,
    ),
    claim(
        "networks_lack_what_was_withheld",
        "On chains that need a withheld rule the recurrent network is right less often than on "
        "other chains of three.",
        OWN_CONTROL, lambda r: r.without(RECURRENT) - r.at(RECURRENT, 3), below=0, settings=TRUE,
    ),
)  # fmt: skip
