"""Interpretability: which parts of an input made a network decide, and whether to believe it."""

from core.lab.challenge import Challenge, Source

CHALLENGE = Challenge(
    slug="interpretability",
    title="Interpretability",
    question="A network says what it sees. Can it be made to say why, and is the answer true?",
    chapter="Trust",
    icon=":material/visibility:",
    experiments=(
        "gallery",
        "trial",
        "sanity",
        "clever_hans",
        "mystery",
        "concepts",
        "made_to_order",
        "features",
    ),
    sources=(
        Source(
            "Simonyan, Vedaldi & Zisserman 2014, Deep Inside Convolutional Networks",
            "https://arxiv.org/abs/1312.6034",
            "Saliency: how much the score of a class changes with each pixel.",
        ),
        Source(
            "Sundararajan, Taly & Yan 2017, Axiomatic Attribution for Deep Networks",
            "https://arxiv.org/abs/1703.01365",
            "Integrated Gradients: what the pixels receive adds up to what the score gained.",
        ),
        Source(
            "Shrikumar, Greenside & Kundaje 2017, Learning Important Features Through Propagating "
            "Activation Differences",
            "https://arxiv.org/abs/1704.02685",
            "DeepLift: differences from a reference in place of gradients.",
        ),
        Source(
            "Smilkov et al. 2017, SmoothGrad: Removing Noise by Adding Noise",
            "https://arxiv.org/abs/1706.03825",
            "The mean of gradients at noisy copies of a picture.",
        ),
        Source(
            "Springenberg et al. 2015, Striving for Simplicity: The All Convolutional Net",
            "https://arxiv.org/abs/1412.6806",
            "Guided Backprop: negative signals are dropped on the way back.",
        ),
        Source(
            "Selvaraju et al. 2017, Grad-CAM",
            "https://arxiv.org/abs/1610.02391",
            "A coarse map from the last convolution.",
        ),
        Source(
            "Zeiler & Fergus 2014, Visualizing and Understanding Convolutional Networks",
            "https://arxiv.org/abs/1311.2901",
            "Occlusion: cover a part and watch the score.",
        ),
        Source(
            "Ribeiro, Singh & Guestrin 2016, Why Should I Trust You?",
            "https://arxiv.org/abs/1602.04938",
            "LIME: a linear model fitted to the network around one picture.",
        ),
        Source(
            "Lundberg & Lee 2017, A Unified Approach to Interpreting Model Predictions",
            "https://arxiv.org/abs/1705.07874",
            "KernelSHAP and the family of Shapley values for networks.",
        ),
        Source(
            "Krishna et al. 2022, The Disagreement Problem in Explainable Machine Learning",
            "https://arxiv.org/abs/2202.01602",
            "Explanations of one decision often contradict each other.",
            read=True,
        ),
        Source(
            "Ancona et al. 2018, Towards Better Understanding of Gradient-Based Attribution "
            "Methods for Deep Neural Networks",
            "https://arxiv.org/abs/1711.06104",
            "How gradient-based methods relate, and when they are the same.",
        ),
        Source(
            "Adebayo et al. 2018, Sanity Checks for Saliency Maps",
            "https://arxiv.org/abs/1810.03292",
            "Some maps hardly change when what the network has learned is destroyed.",
            read=True,
        ),
        Source(
            "Petsiuk, Das & Saenko 2018, RISE",
            "https://arxiv.org/abs/1806.07421",
            "Deletion and insertion: judge a map by what removing its pixels does.",
        ),
        Source(
            "Zhang et al. 2018, Top-Down Neural Attention by Excitation Backprop",
            "https://arxiv.org/abs/1608.00507",
            "The pointing game: does the most marked pixel lie on the object?",
        ),
        Source(
            "Böhle, Fritz & Schiele 2021, Convolutional Dynamic Alignment Networks",
            "https://arxiv.org/abs/2104.00032",
            "The pointing game on a grid of pictures of different classes.",
        ),
        Source(
            "Yeh et al. 2019, On the (In)fidelity and Sensitivity of Explanations",
            "https://arxiv.org/abs/1901.09392",
            "Does a map foresee what a change costs, and does it keep still under noise?",
            read=True,
        ),
        Source(
            "Tomsett et al. 2020, Sanity Checks for Saliency Metrics",
            "https://arxiv.org/abs/1912.01451",
            "Tests of maps can be unreliable, and disagree on the ranking.",
            read=True,
        ),
        Source(
            "Lapuschkin et al. 2019, Unmasking Clever Hans Predictors and Assessing What Machines "
            "Really Learn",
            "https://doi.org/10.1038/s41467-019-08987-4",
            "A classifier of horses that read the photographer's mark, found by its maps.",
        ),
        Source(
            "Breiman 2001, Random Forests",
            "https://doi.org/10.1023/A:1010933404324",
            "Permutation importance: shuffle a column and see how much worse the model does.",
        ),
        Source(
            "Fisher, Rudin & Dominici 2019, All Models are Wrong, but Many are Useful",
            "https://arxiv.org/abs/1801.01489",
            "Importance belongs to a model: models as good as it may rely on other columns.",
            read=True,
        ),
        Source(
            "Strobl et al. 2008, Conditional Variable Importance for Random Forests",
            "https://doi.org/10.1186/1471-2105-9-307",
            "Shuffling credits columns that are only correlated with one that matters.",
            read=True,
        ),
        Source(
            "D'Amour et al. 2022, Underspecification Presents Challenges for Credibility in Modern "
            "Machine Learning",
            "https://arxiv.org/abs/2011.03395",
            "Trainings that do equally well on test data may differ in everything else.",
            read=True,
        ),
        Source(
            "Kim et al. 2018, Interpretability Beyond Feature Attribution: Quantitative Testing "
            "with Concept Activation Vectors",
            "https://arxiv.org/abs/1711.11279",
            "TCAV: how often the score of a class rises along a direction that stands for a "
            "concept.",
        ),
        Source(
            "Goyal et al. 2019, Explaining Classifiers with Causal Concept Effect",
            "https://arxiv.org/abs/1907.07165",
            "What a concept does to the answer, against what merely goes along with it.",
            read=True,
        ),
        Source(
            "Wachter, Mittelstadt & Russell 2018, Counterfactual Explanations Without Opening the "
            "Black Box",
            "https://arxiv.org/abs/1711.00399",
            "Explain a decision by the smallest change that would have given another one.",
        ),
        Source(
            "Szegedy et al. 2014, Intriguing Properties of Neural Networks",
            "https://arxiv.org/abs/1312.6199",
            "Changes too small to see alter an answer, in other networks, too.",
        ),
        Source(
            "Tsipras et al. 2019, Robustness May Be at Odds with Accuracy",
            "https://arxiv.org/abs/1805.12152",
            "Changes that fool networks trained against attacks look like the other class.",
        ),
        Source(
            "Erhan et al. 2009, Visualizing Higher-Layer Features of a Deep Network",
            "https://www.researchgate.net/publication/265022827",
            "Activation maximisation: make the picture that a unit answers most.",
        ),
        Source(
            "Nguyen, Yosinski & Clune 2015, Deep Neural Networks are Easily Fooled",
            "https://arxiv.org/abs/1412.1897",
            "Networks are almost certain of pictures that look like nothing.",
            read=True,
        ),
        Source(
            "Mahendran & Vedaldi 2015, Understanding Deep Image Representations by Inverting Them",
            "https://arxiv.org/abs/1412.0035",
            "Smoothness (total variation) makes pictures made by optimisation more natural.",
        ),
        Source(
            "Geirhos et al. 2020, Shortcut Learning in Deep Neural Networks",
            "https://arxiv.org/abs/2004.07780",
            "Rules that work on pictures like those trained on, and nowhere else.",
            read=True,
        ),
        Source(
            "Adebayo et al. 2022, Post hoc Explanations may be Ineffective for Detecting Unknown "
            "Spurious Correlation",
            "https://arxiv.org/abs/2212.04629",
            "Explanations miss shortcuts that nobody suspects, above all invisible ones.",
            read=True,
        ),
        Source(
            "Sun, Ming, Zhu & Li 2022, Out-of-Distribution Detection with Deep Nearest Neighbors",
            "https://arxiv.org/abs/2204.06507",
            "Pictures unlike those a network knows are told by their distance to the nearest ones.",
        ),
    ),
)
