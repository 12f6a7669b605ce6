"""What the literature says about masked gradients, and where our result says it."""

from core.challenges.adversarial.false_security.config import GRADIENTS, FalseSecurityResult
from core.lab.claims import Claim, claim
from core.lab.scores import PerSeed

AS_JUDGED = {"epsilon": 0.2, "scale": 1000, "levels": 5}
"""Settings that the claims are about, fixed in advance."""


def _seems_better(result: FalseSecurityResult, defence: str) -> PerSeed:
    """What a defence seems to save from FGSM and PGD."""
    plain = result.robust_accuracy("none", GRADIENTS)
    return result.robust_accuracy(defence, GRADIENTS) - plain


CLAIMS: tuple[Claim[FalseSecurityResult], ...] = (
    claim(
        "scaling_fools_the_gradient",
        "Multiplying the logits by 1000 seems to save accuracy from FGSM and PGD.",
        ("Carlini & Wagner 2017, on defensive distillation",
         "in words: defensive distillation hides the gradient in the same way"),
        lambda r: _seems_better(r, "scaled"), above=0, settings=AS_JUDGED,
    ),
    claim(
        "rounding_fools_the_gradient",
        "Rounding the pixels seems to save accuracy from FGSM and PGD.",
        ("Athalye et al. 2018, section 3", "in words: one of three ways to obfuscate gradients"),
        lambda r: _seems_better(r, "quantised"), above=0, settings=AS_JUDGED,
    ),
    claim(
        "scaling_is_unmasked",
        "Attacks that do not need its gradient take accuracy from the scaled network.",
        ("Athalye et al. 2018, abstract",
         "of 7 such defences 6 circumvented completely and 1 partially"),
        lambda r: r.difference("scaled"), below=0, settings=AS_JUDGED,
    ),
    claim(
        "bpda_goes_through_rounding",
        "PGD that ignores the rounding on its way back takes accuracy from the rounded network.",
        ("Athalye et al. 2018, section 4.1",
         "the method (BPDA), used to break rounding and other transformations"),
        lambda r: r.difference("quantised", "adaptive"), below=0, settings=AS_JUDGED,
    ),
    claim(
        "training_is_no_mask",
        "The control: the same checks take less from the network that was trained against PGD "
        "than from the scaled one.",
        ("Athalye et al. 2018, section 5.1",
         "in words: adversarial training was not found to obfuscate gradients"),
        lambda r: r.difference("pgd") - r.difference("scaled"), above=0, settings=AS_JUDGED,
    ),
)  # fmt: skip
