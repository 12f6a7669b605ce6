"""Ethics and bias: when a network treats groups differently, and what can be done about it."""

from core.experiment import Challenge, Source

CHALLENGE = Challenge(
    slug="fairness",
    title="Ethics and bias",
    question="Nobody told the network to discriminate. Why does it, and who decides what is fair?",
    chapter="Trust",
    icon=":material/balance:",
    experiments=("bias_sources", "thresholds", "mitigation"),
    sources=(
        Source(
            "Barocas, Hardt & Narayanan 2023, Fairness and Machine Learning",
            "https://fairmlbook.org/",
            "The definitions, and what each of them can and cannot say.",
        ),
        Source(
            "Dwork et al. 2012, Fairness Through Awareness",
            "https://arxiv.org/abs/1104.3913",
            "Not looking at the group does not make decisions fair: other inputs encode it.",
        ),
        Source(
            "Blum & Stangl 2019, Recovering from Biased Data",
            "https://arxiv.org/abs/1912.01094",
            "Where the labels are biased, a fairness constraint can recover the more accurate "
            "classifier.",
        ),
        Source(
            "Chen, Johansson & Sontag 2018, Why Is My Classifier Discriminatory?",
            "https://arxiv.org/abs/1805.12002",
            "Gaps can come from too few examples or poor measurements of a group: more data may "
            "help more than a constraint.",
        ),
        Source(
            "Corbett-Davies et al. 2023, The Measure and Mismeasure of Fairness",
            "https://arxiv.org/abs/1808.00023",
            "What the definitions miss, and how noise in measurements makes gaps.",
        ),
        Source(
            "Kleinberg, Mullainathan & Raghavan 2016, Inherent Trade-Offs in the Fair "
            "Determination of Risk Scores",
            "https://arxiv.org/abs/1609.05807",
            "Theorem 1.1: calibration and balanced errors go together only with equal base rates "
            "or perfect prediction.",
        ),
        Source(
            "Chouldechova 2017, Fair Prediction with Disparate Impact",
            "https://arxiv.org/abs/1610.07524",
            "Equation 2.6 ties false positive rate, base rate, precision and false negative rate "
            "together.",
        ),
        Source(
            "Larson, Mattu, Kirchner & Angwin 2016, How We Analyzed the COMPAS Recidivism "
            "Algorithm",
            "https://www.propublica.org/article/how-we-analyzed-the-compas-recidivism-algorithm",
            "The counts: false positive rates of 44.85% for black and 23.45% for white defendants.",
        ),
    ),
)
