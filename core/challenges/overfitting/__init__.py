"""Overfitting and underfitting: when a network learns too little, and when it learns too much."""

from core.experiment import Challenge, Source

CHALLENGE = Challenge(
    slug="overfitting",
    title="Overfitting and underfitting",
    question="Why does a network that gets every training example right still get new ones wrong?",
    chapter="Generalization",
    icon=":material/show_chart:",
    experiments=("capacity",),
    sources=(
        Source(
            "Goodfellow, Bengio & Courville 2016, Deep Learning, chapter 5",
            "https://www.deeplearningbook.org/contents/ml.html",
            "Figure 5.3: as capacity grows, training error falls while generalization error "
            "falls and then rises.",
        ),
        Source(
            "Neyshabur, Tomioka & Srebro 2015, In Search of the Real Inductive Bias",
            "https://arxiv.org/abs/1412.6614",
            "Figure 1: on MNIST and CIFAR-10 test error keeps falling as the hidden layer grows, "
            "past the size that fits the training set.",
        ),
    ),
)
