"""Adversarial attacks: changes too small to matter to us, large enough to fool a network."""

from core.lab.challenge import Challenge, Source

CHALLENGE = Challenge(
    slug="adversarial",
    title="Adversarial attacks",
    question="How little must an image change before a network sees something else in it?",
    chapter="Trust",
    icon=":material/shield:",
    experiments=("attack", "robust_accuracy", "transfer", "false_security", "certified"),
    sources=(
        Source(
            "Szegedy et al. 2014, Intriguing Properties of Neural Networks",
            "https://arxiv.org/abs/1312.6199",
            "Abstract: a change that people hardly see makes a network misclassify an image, and "
            "the same change fools another network, trained on other examples.",
        ),
        Source(
            "Goodfellow, Shlens & Szegedy 2015, Explaining and Harnessing Adversarial Examples",
            "https://arxiv.org/abs/1412.6572",
            "One step along the sign of the gradient (FGSM) is enough, and training on such "
            "examples helps.",
        ),
        Source(
            "Moosavi-Dezfooli, Fawzi & Frossard 2016, DeepFool",
            "https://arxiv.org/abs/1511.04599",
            "How far the nearest wrong answer is: smaller changes than FGSM's.",
        ),
        Source(
            "Fawzi, Moosavi-Dezfooli & Frossard 2016, Robustness of Classifiers: from Adversarial "
            "to Random Noise",
            "https://arxiv.org/abs/1608.08967",
            "Abstract: in high dimensions classifiers bear much more random noise than "
            "adversarial change.",
        ),
        Source(
            "Madry et al. 2018, Towards Deep Learning Models Resistant to Adversarial Attacks",
            "https://arxiv.org/abs/1706.06083",
            "Projected gradient descent (PGD) as attack and as training: the worst of the near "
            "images is what the network learns from.",
        ),
        Source(
            "Zhang et al. 2019, Theoretically Principled Trade-off between Robustness and Accuracy",
            "https://arxiv.org/abs/1901.08573",
            "TRADES: one part of the loss for being right, one for not being moved by an attack.",
        ),
        Source(
            "Tsipras et al. 2019, Robustness May Be at Odds with Accuracy",
            "https://arxiv.org/abs/1805.12152",
            "Abstract: training for robustness can cost accuracy on clean inputs.",
        ),
        Source(
            "Papernot, McDaniel & Goodfellow 2016, Transferability in Machine Learning",
            "https://arxiv.org/abs/1605.07277",
            "Attacks carry over between networks, linear models, trees, support vector machines "
            "and nearest neighbours.",
        ),
        Source(
            "Carlini & Wagner 2017, Towards Evaluating the Robustness of Neural Networks",
            "https://arxiv.org/abs/1608.04644",
            "Defensive distillation seems to stop attacks, and does not stop better ones.",
        ),
        Source(
            "Croce & Hein 2020, Reliable Evaluation of Adversarial Robustness with an Ensemble of "
            "Diverse Parameter-free Attacks",
            "https://arxiv.org/abs/2003.01690",
            "AutoAttack: several unlike attacks, for each image the worst of them. Of over 50 "
            "published defences all but one keep less than reported, often by more than 10% "
            "(abstract).",
        ),
        Source(
            "Andriushchenko, Croce, Flammarion & Hein 2020, Square Attack",
            "https://arxiv.org/abs/1912.00049",
            "Random squares, kept when they help: an attack that needs no gradient.",
        ),
        Source(
            "Athalye, Carlini & Wagner 2018, Obfuscated Gradients Give a False Sense of Security",
            "https://arxiv.org/abs/1802.00420",
            "Abstract: 7 of 9 defences hid their gradients; 6 were broken completely, 1 in part.",
        ),
        Source(
            "Cohen, Rosenfeld & Kolter 2019, Certified Adversarial Robustness via Randomized "
            "Smoothing",
            "https://arxiv.org/abs/1902.02918",
            "A vote over noisy copies comes with a radius that no attack can beat; on ImageNet 49% "
            "of the images are certified at a length of 0.5 (abstract).",
        ),
    ),
)
