"""Privacy: what a network gives away about the people in its training set."""

from core.lab.challenge import Challenge, Source

CHALLENGE = Challenge(
    slug="privacy",
    title="Privacy",
    question="What does a network give away about the people it learned from?",
    chapter="Trust",
    icon=":material/lock:",
    experiments=("membership", "gradient_leakage", "dp_sgd", "unlearning"),
    sources=(
        Source(
            "Shokri, Stronati, Song & Shmatikov 2017, Membership Inference Attacks Against Machine "
            "Learning Models",
            "https://arxiv.org/abs/1610.05820",
            "The first such attack on networks that answer queries only, with shadow models.",
        ),
        Source(
            "Yeom, Giacomelli, Fredrikson & Jha 2018, Privacy Risk in Machine Learning: Analyzing "
            "the Connection to Overfitting",
            "https://arxiv.org/abs/1709.01604",
            "Overfitting is sufficient for membership inference; a threshold on the loss does it.",
        ),
        Source(
            "Carlini et al. 2022, Membership Inference Attacks From First Principles",
            "https://arxiv.org/abs/2112.03570",
            "Abstract: attacks should be judged at low false-positive rates (below 0.1%); there "
            "the likelihood-ratio attack LiRA is 10 times more powerful than those before.",
        ),
        Source(
            "Salem et al. 2019, ML-Leaks: Model and Data Independent Membership Inference Attacks",
            "https://arxiv.org/abs/1806.01246",
            "Dropout and model stacking as defences.",
        ),
        Source(
            "Song & Mittal 2021, Systematic Evaluation of Privacy Risks of Machine Learning Models",
            "https://arxiv.org/abs/2003.10595",
            "Early stopping as the yardstick that a defence has to beat.",
        ),
        Source(
            "Zhu, Liu & Han 2019, Deep Leakage from Gradients",
            "https://arxiv.org/abs/1906.08935",
            "Inputs that give the same gradient are the inputs it was computed on; noise and "
            "pruning of the gradient are discussed as defences.",
        ),
        Source(
            "Zhao, Mopuri & Bilen 2020, iDLG: Improved Deep Leakage from Gradients",
            "https://arxiv.org/abs/2001.02610",
            "The label can always be read off the sign of the last layer's gradient.",
        ),
        Source(
            "Phong, Aono, Hayashi, Wang & Moriai 2017, Privacy-Preserving Deep Learning: Revisited "
            "and Enhanced",
            "https://eprint.iacr.org/2017/715",
            "The division: a layer's weight gradient over its bias gradient is its input.",
        ),
        Source(
            "Abadi et al. 2016, Deep Learning with Differential Privacy",
            "https://arxiv.org/abs/1607.00133",
            "Training with clipped gradients and noise. The "
            "example of its accountant (section 3.2) has ε = 1.26; ours gives 1.2586 with the "
            "same conversion.",
        ),
        Source(
            "Mironov, Talwar & Zhang 2019, Rényi Differential Privacy of the Sampled Gaussian "
            "Mechanism",
            "https://arxiv.org/abs/1908.10530",
            "The accountant used here.",
        ),
        Source(
            "Kairouz, Oh & Viswanath 2015, The Composition Theorem for Differential Privacy",
            "https://arxiv.org/abs/1311.0776",
            "What (ε, δ) allows an attacker: a region that no ROC curve can leave.",
        ),
        Source(
            "Bourtoule et al. 2021, Machine Unlearning",
            "https://arxiv.org/abs/1912.03817",
            "Forgetting means: as if trained without. Training from scratch is the yardstick, and "
            "training in shards makes it cheaper.",
        ),
        Source(
            "Golatkar, Achille & Soatto 2020, Eternal Sunshine of the Spotless Net",
            "https://arxiv.org/abs/1911.04933",
            "Approximate forgetting in networks, compared with fine-tuning and retraining.",
        ),
        Source(
            "Jang et al. 2023, Knowledge Unlearning for Mitigating Privacy Risks in Language "
            "Models",
            "https://arxiv.org/abs/2210.01504",
            "Gradient ascent on the records to forget.",
        ),
    ),
)
