"""What the literature says about transfer, and where our result says it."""

from core.challenges.adversarial.transfer.config import (
    NEIGHBOUR,
    NOISE,
    WHITE_BOX,
    TransferResult,
)
from core.lab.claims import Claim, claim

CLAIMS: tuple[Claim[TransferResult], ...] = (
    claim(
        "attacks_transfer",
        "Images made to fool another network, trained on other images, take more from the CNN "
        "than noise of the same size.",
        ("Szegedy et al. 2014, section 4.2",
         "in words: many fool networks trained on a disjoint set"),
        lambda r: r.remaining("other_cnn") - r.remaining(NOISE), below=0,
        settings={"attacker_data": "disjoint"},
    ),
    claim(
        "even_without_gradients",
        "They also fool a nearest-neighbour classifier, which has no gradient, more than noise "
        "does.",
        ("Papernot, McDaniel & Goodfellow 2016, section 3",
         "transfer between five kinds of classifiers, nearest neighbours among them"),
        lambda r: r.remaining("cnn", NEIGHBOUR) - r.remaining(NOISE, NEIGHBOUR), below=0,
    ),
    claim(
        "seeing_the_victim_helps",
        "Attacking the CNN itself leaves less than attacking another network.",
        ("Madry et al. 2018, Table 1",
         "on MNIST, weaker attacks from other networks than on the network itself"),
        lambda r: r.remaining(WHITE_BOX) - r.remaining("other_cnn"), below=0,
    ),
)  # fmt: skip
