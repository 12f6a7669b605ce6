"""What the literature says about training against attacks, and where our result says it."""

from core.challenges.adversarial.robust_accuracy.config import RobustAccuracyResult
from core.lab.claims import Claim, claim

TRAINED = {"epsilon": 0.2}
"""The claims are about training and testing at this size, fixed in advance."""
CLAIMS: tuple[Claim[RobustAccuracyResult], ...] = (
    claim(
        "adversarial_training_helps",
        "Training on PGD attacks raises accuracy under the strongest attack.",
        ("Goodfellow et al. 2015, section 6",
         "on MNIST, trained and tested on one-step attacks of size 0.25: error 89.4% -> 17.9%"),
        lambda r: r.robust_accuracy("pgd") - r.robust_accuracy("standard"), above=0,
        settings=TRAINED,
    ),
    claim(
        "robustness_costs_accuracy",
        "The PGD-trained networks are less accurate on clean images than the undefended.",
        ("Tsipras et al. 2019, abstract",
         "a trade-off that is proved for a simple case and seen in practice"),
        lambda r: r.clean_accuracy("pgd") - r.clean_accuracy("standard"), below=0, settings=TRAINED,
    ),
    claim(
        "noise_does_not_protect",
        "Training on random changes of the same size protects less than training on attacks.",
        ("Goodfellow et al. 2015, section 6",
         "in words: noise as large as the attack protects little"),
        lambda r: r.robust_accuracy("noise") - r.robust_accuracy("pgd"), below=0,
        settings=TRAINED,
    ),
    claim(
        "stronger_attacks_train_better",
        "Networks trained on PGD withstand the strongest attack better than those trained on FGSM.",
        ("Madry et al. 2018, section 5",
         "in words: training on one-step attacks does not hold against stronger ones"),
        lambda r: r.robust_accuracy("pgd") - r.robust_accuracy("fgsm"), above=0, settings=TRAINED,
    ),
    claim(
        "trades_is_better_yet",
        "TRADES withstands the strongest attack better than training on PGD.",
        ("Croce & Hein 2020, evaluation of Zhang et al. 2019 and Madry et al. 2018",
         "on CIFAR-10 53.0% for TRADES and 44.0% for PGD training, reported as 56.4% and 47.0%"),
        lambda r: r.robust_accuracy("trades") - r.robust_accuracy("pgd"), above=0, settings=TRAINED,
    ),
    claim(
        "pgd_alone_overstates",
        "PGD from one start overstates the robust accuracy of networks trained against PGD.",
        ("Croce & Hein 2020, abstract",
         "over 50 published defences: lower than reported in all but one, often by over 10%"),
        lambda r: r.overstated("pgd"), above=0, settings=TRAINED,
    ),
)  # fmt: skip
