"""Overfitting and underfitting: when a network learns too little, and when it learns too much."""

from core.lab.challenge import Challenge, Source

CHALLENGE = Challenge(
    slug="overfitting",
    title="Overfitting and underfitting",
    question="Why does a network that gets every training example right still get new ones wrong?",
    chapter="Generalization",
    icon=":material/show_chart:",
    experiments=("capacity", "training_time", "remedies", "double_descent", "random_labels"),
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
        Source(
            "Prechelt 1998, Early Stopping: But When?",
            "https://doi.org/10.1007/3-540-49430-8_3",
            "Abstract: over 1296 training runs slower stopping rules generalize about 4% better on "
            "average, and take about 4 times as long.",
            read=True,
        ),
        Source(
            "Arpit et al. 2017, A Closer Look at Memorization in Deep Networks",
            "https://arxiv.org/abs/1706.05394",
            "Abstract: networks can memorise noise, but tend to learn simple patterns first; a "
            "tuned regulariser degrades training on noise, not generalization on real data.",
            read=True,
        ),
        Source(
            "Liu et al. 2020, Early-Learning Regularization Prevents Memorization of Noisy Labels",
            "https://arxiv.org/abs/2007.00151",
            "Abstract: examples with true labels are fitted first, those with wrong labels are "
            "memorised later; this happens even in linear models.",
            read=True,
        ),
        Source(
            "Li, Soltanolkotabi & Oymak 2020, Gradient Descent with Early Stopping is Provably "
            "Robust to Label Noise",
            "https://arxiv.org/abs/1903.11680",
            "Abstract: for data that fall into clusters, the first steps fit the true labels only; "
            "fitting the wrong ones takes many more.",
        ),
        Source(
            "Chen et al. 2021, Robustness of Accuracy Metric and its Inspirations in Learning with "
            "Noisy Labels",
            "https://arxiv.org/abs/2012.04193",
            "Abstract: a validation set with noisy labels is reliable for choosing when to stop; "
            "proven for its accuracy.",
            read=True,
        ),
        Source(
            "Zhang, Lipton, Li & Smola 2023, Dive into Deep Learning, Generalization in Deep "
            "Learning",
            "https://d2l.ai/chapter_multilayer-perceptrons/generalization-deep.html",
            "Without label noise and with separable classes early stopping tends to bring no "
            "significant gain; with label noise it is crucial.",
        ),
        Source(
            "Zhang et al. 2017, Understanding Deep Learning Requires Rethinking Generalization",
            "https://arxiv.org/abs/1611.03530",
            "Networks can fit labels that are all random, whatever the regularizer (abstract); on "
            "CIFAR-10 a network of 3 layers of 512 units learns 100% of them and is right on "
            "10.48% of the test images (Table 1); training takes longer by a small constant "
            "factor (section 1).",
        ),
        Source(
            "Goodfellow, Bengio & Courville 2016, Deep Learning, chapter 7",
            "https://www.deeplearningbook.org/contents/regularization.html",
            "Section 7.4: the best way to generalize better is more data; changed copies of the "
            "examples one has are the next best.",
        ),
        Source(
            "Krogh & Hertz 1991, A Simple Weight Decay Can Improve Generalization",
            "https://papers.nips.cc/paper/1991/hash/8eefcfdf5990e441f0fb6f3fad709e21-Abstract.html",
            "Abstract: weight decay suppresses irrelevant components of the weights and, if its "
            "size is chosen right, some of the harm of noise on the targets.",
            read=True,
        ),
        Source(
            "Loshchilov & Hutter 2019, Decoupled Weight Decay Regularization",
            "https://arxiv.org/abs/1711.05101",
            "The form used here: the weights shrink directly, outside Adam's scaled gradient.",
        ),
        Source(
            "Bishop 1995, Training with Noise is Equivalent to Tikhonov Regularization",
            "https://doi.org/10.1162/neco.1995.7.1.108",
            "Abstract: noise on the inputs can improve generalization significantly; it acts like "
            "a penalty on how steeply the output follows the input.",
        ),
        Source(
            "Srivastava et al. 2014, Dropout: A Simple Way to Prevent Neural Networks from "
            "Overfitting",
            "https://jmlr.org/papers/v15/srivastava14a.html",
            "Abstract: dropping random units while training significantly reduces overfitting.",
        ),
        Source(
            "Szegedy et al. 2016, Rethinking the Inception Architecture for Computer Vision",
            "https://arxiv.org/abs/1512.00567",
            "Section 7: label smoothing of 0.1 gains about 0.2 points on ImageNet.",
        ),
        Source(
            "Müller, Kornblith & Hinton 2019, When Does Label Smoothing Help?",
            "https://arxiv.org/abs/1906.02629",
            "Abstract: smoothing keeps a network from becoming over-confident and improves its "
            "calibration.",
        ),
        Source(
            "Ioffe & Szegedy 2015, Batch Normalization",
            "https://arxiv.org/abs/1502.03167",
            "Abstract: it also acts as a regularizer, in some cases making dropout unnecessary.",
        ),
        Source(
            "Belkin et al. 2019, Reconciling Modern Machine-Learning Practice and the Classical "
            "Bias-Variance Trade-Off",
            "https://doi.org/10.1073/pnas.1903070116",
            "Figure 2: with random Fourier features on 10,000 MNIST images test error and the "
            "length of the weights peak at 10,000 features, and fall beyond.",
        ),
        Source(
            "Nakkiran et al. 2020, Deep Double Descent: Where Bigger Models and More Data Hurt",
            "https://arxiv.org/abs/1912.02292",
            "Abstract: as networks grow, they first get worse and then better; in some regimes "
            "even four times the training examples hurt.",
            read=True,
        ),
        Source(
            "Nakkiran et al. 2021, Optimal Regularization Can Mitigate Double Descent",
            "https://arxiv.org/abs/2003.01897",
            "Abstract: for certain linear models, test performance with the best ridge only "
            "improves with model size and with data; experiments find the like in networks.",
            read=True,
        ),
        Source(
            "Rahimi & Recht 2007, Random Features for Large-Scale Kernel Machines",
            "https://papers.nips.cc/paper/3182-random-features-for-large-scale-kernel-machines",
            "The random Fourier features used here: cosines whose inner products approach a "
            "Gaussian kernel.",
        ),
    ),
)
