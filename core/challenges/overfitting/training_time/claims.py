"""What the literature says about training time, and where our result says it."""

from core.challenges.overfitting.training_time.config import TrainingTimeResult
from core.lab.claims import Claim, claim

CLAIMS: tuple[Claim[TrainingTimeResult], ...] = (
    claim(
        "early_learning",
        "The pattern comes first: where early stopping stops, the network answers more of the "
        "wrongly labelled examples with their true label than with the wrong one.",
        ("Arpit et al. 2017, abstract; Liu et al. 2020, abstract",
         "no number: simple patterns are learnt before noise is memorised"),
        lambda r: r.answered("corrected", "noisy") - r.answered("wrong learnt", "noisy"), above=0,
        read=True,
    ),
    claim(
        "memorising",
        "Then wrong labels are memorised: at the end of training the network has learnt more of "
        "them than where early stopping stops.",
        ("Zhang et al. 2017, abstract; Liu et al. 2020, abstract",
         "no number for this: networks can fit labels that are all random"),
        lambda r: r.answered("wrong learnt") - r.answered("wrong learnt", "noisy"), above=0,
        read=True,
    ),
    claim(
        "stopping_helps",
        "With wrong labels, stopping early gives better predictions than training to the end, "
        "even if the validation labels are as often wrong.",
        ("Li, Soltanolkotabi & Oymak 2020, abstract",
         "no number, a proof under assumptions about the data"),
        lambda r: r.gain("noisy"), above=0,
    ),
    claim(
        "noisy_validation_suffices",
        "Noisy validation labels are reliable for stopping: they keep more than half of what "
        "stopping gains with true ones.",
        ("Chen et al. 2021, abstract",
         "no number, a proof that validation accuracy on noisy labels is reliable"),
        lambda r: r.gain("noisy") - 0.5 * r.gain("true"), above=0, read=True,
    ),
    claim(
        "patience_pays",
        "Slower rules generalize better: patience of 20 epochs gives a higher test accuracy than "
        "patience of 1.",
        ("Prechelt 1998, abstract",
         "slower rules: about 4% better on average, for about 4 times the training time"),
        lambda r: r.restored(r.rules[0], patience=20) - r.restored(r.rules[0], patience=1), above=0,
        read=True,
    ),
    claim(
        "no_gain_on_true_digits",
        "Where all labels are true there is little to save: on digits stopping early gains less "
        "than one point of test accuracy.",
        ("Zhang, Lipton, Li & Smola 2023, Generalization in Deep Learning",
         "no number: without label noise and with separable classes, no significant gain"),
        lambda r: r.gain("true"), below=0.01, settings={"dataset": "digits", "label_noise": 0.0},
        reason="one point is 3 of the 298 test digits, within the sampling error of one test set",
    ),
    claim(
        "stopping_helps_on_mnist1d",
        "Early stopping gives better predictions than training to the end also on MNIST-1D, where "
        "all labels are true.",
        ("Prechelt 1998, section 1", "no number: stopping is meant to avoid overfitting"),
        lambda r: r.gain("true"), above=0, settings={"dataset": "mnist1d", "label_noise": 0.0},
        read=True,
    ),
)  # fmt: skip
