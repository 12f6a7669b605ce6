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
            "Abstract: overfitting is sufficient for membership inference, and not necessary.",
            read=True,
        ),
        Source(
            "Carlini et al. 2022, Membership Inference Attacks From First Principles",
            "https://arxiv.org/abs/2112.03570",
            "Abstract: attacks should be judged at low false-positive rates (below 0.1%); there "
            "the likelihood-ratio attack LiRA is 10 times more powerful than those before.",
            read=True,
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
            "Abstract: training data can be obtained from shared gradients, images pixel by pixel; "
            "pruning the gradient is the best of the defences tried.",
            read=True,
        ),
        Source(
            "Zhao, Mopuri & Bilen 2020, iDLG: Improved Deep Leakage from Gradients",
            "https://arxiv.org/abs/2001.02610",
            "Abstract: with cross-entropy over one-hot labels, a shared gradient certainly gives "
            "the label away.",
            read=True,
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
            "Abstract: training in shards limits what a record touches; forgetting is then 4.63 "
            "times as fast as training from scratch on Purchase, 2.45 times on SVHN.",
            read=True,
        ),
        Source(
            "Golatkar, Achille & Soatto 2020, Eternal Sunshine of the Spotless Net",
            "https://arxiv.org/abs/1911.04933",
            "Abstract: weights are changed until nothing read off them tells them from those of a "
            "network trained without the records.",
            read=True,
        ),
        Source(
            "Jang et al. 2023, Knowledge Unlearning for Mitigating Privacy Risks in Language "
            "Models",
            "https://arxiv.org/abs/2210.01504",
            "Gradient ascent on the records to forget.",
        ),
    ),
)
