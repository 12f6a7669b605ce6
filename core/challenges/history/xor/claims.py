"""What the literature says about the perceptron and about hidden units."""

from core.challenges.history.xor.config import ALONE, FUNCTIONS, WIRED, XorResult
from core.lab.claims import Claim, claim

MINSKY = "Minsky & Papert 1969, chapter 2"
XOR = {"task": "xor"}
LEARNABLE = len(FUNCTIONS) - 2
COUNTED = "the count is a whole number: it has to be fourteen"
CLAIMS: tuple[Claim[XorResult], ...] = (
    claim(
        "wired_nets_compute",
        "A net of units with thresholds computes any logical function without having learned "
        "anything: wired for the task, it answers every case rightly.",
        "McCulloch & Pitts 1943, theorem II", lambda r: r.cases_right(WIRED), above=0.99,
        reason="all cases are the only share over 99%: there are four or eight of them",
    ),
    claim(
        "one_unit_is_not_enough",
        "A single such unit cannot compute parity: the perceptron leaves a case of it wrong.",
        MINSKY, lambda r: r.cases_right(ALONE), below=1, reason="one is every case",
    ),
    claim(
        "the_bound_holds",
        "The perceptron never makes more updates than the square of the cases' length over their "
        "margin.",
        ("Novikoff 1962, theorem", "a proof"), lambda r: r.nearest_to_bound(), below=1,
        reason="one is all the updates that the theorem allows",
    ),
    claim(
        "perceptron_learns_fourteen",
        "A perceptron learns fourteen of the sixteen functions of two bits, or more.",
        MINSKY, lambda r: r.learned(), above=LEARNABLE - 0.5, reason=COUNTED,
    ),
    claim(
        "perceptron_learns_no_more",
        "It does not learn more than fourteen: XOR and its opposite stay out of reach.",
        MINSKY, lambda r: r.learned(), below=LEARNABLE + 0.5, reason=COUNTED,
    ),
    claim(
        "two_hidden_units_can",
        "Two hidden units are enough: some starts with sigmoid units solve XOR.",
        "Rumelhart, Hinton & Williams 1986, Figure 2", lambda r: r.share("sigmoid", 2), above=0,
        settings=XOR,
    ),
    claim(
        "local_minima_are_rare",
        "Getting stuck is no serious problem: more than half of the starts with two sigmoid units "
        "solve XOR.",
        ("Rumelhart, Hinton & Williams 1985, abstract",
         "in words: the problem of local minima is not serious"),
        lambda r: r.share("sigmoid", 2), above=0.5, settings=XOR, read=True,
        reason="a problem that stops every second start would be serious",
    ),
    claim(
        "larger_is_easier",
        "Networks that are larger than needed are easier to train: with eight ReLU units more "
        "starts solve XOR than with two.",
        "Livni et al. 2014, abstract", lambda r: r.share("ReLU", 8) - r.share("ReLU", 2), above=0,
        settings=XOR,
    ),
)  # fmt: skip
