"""Ethics and bias: when a network treats groups differently, and what can be done about it."""

from core.lab.challenge import Challenge, Source

CHALLENGE = Challenge(
    slug="fairness",
    title="Ethics and bias",
    question="Nobody told the network to discriminate. Why does it, and who decides what is fair?",
    chapter="Trust",
    icon=":material/balance:",
    experiments=("bias_sources", "thresholds", "mitigation", "chance_gaps"),
    sources=(
        Source("Barocas, Hardt & Narayanan 2023, Fairness and Machine Learning",
            "https://fairmlbook.org/",
            "The definitions, and what each of them can and cannot say."),
        Source("Dwork et al. 2012, Fairness Through Awareness",
            "https://arxiv.org/abs/1104.3913",
            "Not looking at the group does not make decisions fair: other inputs encode it."),
        Source("Blum & Stangl 2019, Recovering from Biased Data",
            "https://arxiv.org/abs/1912.01094",
            "Where the labels are biased, a fairness constraint can recover the more accurate "
            "classifier.", read=True),
        Source("Wick, Panda & Tristan 2019, Unlocking Fairness: a Trade-off Revisited",
            "https://papers.nips.cc/paper_files/paper/2019",
            "Fairness and accuracy seem at odds while biased labels judge both.", read=True),
        Source("Chen, Johansson & Sontag 2018, Why Is My Classifier Discriminatory?",
            "https://arxiv.org/abs/1805.12002",
            "Gaps can come from too few examples or from what was not measured: more data may "
            "help more than a constraint.", read=True),
        Source("Corbett-Davies et al. 2023, The Measure and Mismeasure of Fairness",
            "https://arxiv.org/abs/1808.00023",
            "What the definitions miss, and how noise in measurements makes gaps."),
        Source("Kleinberg, Mullainathan & Raghavan 2016, Inherent Trade-Offs in the Fair "
            "Determination of Risk Scores",
            "https://arxiv.org/abs/1609.05807",
            "Theorem 1.1: calibrated scores have the same means among those who repay, and among "
            "those who do not, only with equal base rates or perfect prediction."),
        Source("Camp 2025, Algorithmic fairness with monotone likelihood ratios",
            "https://openreview.net/forum?id=mtoWa0gIKy",
            "Calibrated scores whose likelihood ratio is monotone have unequal error rates, "
            "selection rates and precision wherever base rates differ.", read=True),
        Source("Chouldechova 2017, Fair Prediction with Disparate Impact",
            "https://arxiv.org/abs/1610.07524",
            "Equation 2.6 ties false positive rate, base rate, precision and false negative rate "
            "together."),
        Source("Larson, Mattu, Kirchner & Angwin 2016, How We Analyzed the COMPAS Recidivism "
            "Algorithm",
            "https://www.propublica.org/article/how-we-analyzed-the-compas-recidivism-algorithm",
            "The counts; false positive rates: 44.85% for black, 23.45% for white defendants."),
        Source("Kohavi 1996, Scaling Up the Accuracy of Naive-Bayes Classifiers: a Decision-Tree "
            "Hybrid",
            "https://www.openml.org/d/1590",
            "The Adult table, from the census of 1994; the audit downloads it when asked to."),
        Source("Kamiran & Calders 2012, Data Preprocessing Techniques for Classification without "
            "Discrimination",
            "https://doi.org/10.1007/s10115-011-0463-8",
            "Weights that make label and group independent before training."),
        Source("Kamishima et al. 2012, Fairness-Aware Classifier with Prejudice Remover "
            "Regularizer",
            "https://doi.org/10.1007/978-3-642-33486-3_3",
            "A penalty on dependence between decision and group, added to the loss."),
        Source("Hardt, Price & Srebro 2016, Equality of Opportunity in Supervised Learning",
            "https://arxiv.org/abs/1610.02413",
            "Equalized odds and equal opportunity, reached by thresholds after training."),
        Source("Zhang, Lemoine & Mitchell 2018, Mitigating Unwanted Biases with Adversarial "
            "Learning",
            "https://arxiv.org/abs/1801.07593",
            "A second network reads the group from the output; the first learns to prevent it."),
        Source("Agarwal et al. 2018, A Reductions Approach to Fair Classification",
            "https://arxiv.org/abs/1803.02453",
            "A fairness constraint as a series of weighted classifications, and a lottery among "
            "their answers."),
        Source("Corbett-Davies et al. 2017, Algorithmic Decision Making and the Cost of Fairness",
            "https://arxiv.org/abs/1701.08230",
            "The best decisions under a fairness constraint are thresholds per group, and the "
            "constraint has a price.", read=True),
        Source("Kearns et al. 2018, Preventing Fairness Gerrymandering",
            "https://arxiv.org/abs/1711.05144",
            "Decisions can be fair by each attribute and unfair where they cross.", read=True),
        Source("Lum, Zhang & Bower 2022, De-biasing bias measurement",
            "https://arxiv.org/abs/2205.05770",
            "Measures of disparity between groups lean upwards when groups are small or many."),
        Source("DiCiccio et al. 2020, Evaluating Fairness Using Permutation Tests",
            "https://arxiv.org/abs/2007.05124",
            "Shuffling groups tells whether a gap is more than chance."),
    ),
)  # fmt: skip
