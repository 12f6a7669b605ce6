"""Pictures made to order: the smallest change to another class, and what a class likes best."""

from __future__ import annotations

from core.challenges.interpretability import crews
from core.challenges.interpretability.charts import made_to_order as charts
from core.challenges.interpretability.crews import Hardening
from core.challenges.interpretability.data import ImagesName
from core.challenges.interpretability.made_to_order_board import (
    Board,
    MadeToOrderResult,
    asked,
    show_first,
)
from core.challenges.interpretability.made_to_order_claims import (
    CLAIMS,
    favoured,
    gain_at_equal_length,
    gain_by_hardening,
    measured,
)
from core.challenges.interpretability.made_to_order_session import Session
from core.challenges.interpretability.making import Distance
from core.challenges.interpretability.tables import favourites as liked
from core.challenges.interpretability.tables import made_to_order as tables
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import SHARE, Estimate, t_interval
from core.lab.run import Cost, Run, relay
from core.lab.settings import Config, View, ladder, repetitions
from core.lab.wording import with_interval


class MadeToOrderConfig(Config):
    """What is trained, and what is asked for."""

    repetitions: int = repetitions(default=10)
    dataset: ImagesName = "digits"
    """Digits: 8x8 pictures of handwritten digits, ten classes. Shapes: 28x28 pictures of one shape
    among a little clutter, five classes; slower."""
    hardening: Hardening = "adversarial"
    """What the hardened networks learn from. Adversarial: pictures attacked anew at each step.
    Noise: pictures with noise on every pixel."""
    n_train: int = ladder(200, 400, 800, 1200, default=800, label="Training pictures")
    """How many pictures each network learns from, always in as many steps."""
    sure: float = ladder(0.5, 0.7, 0.9, 0.99, default=0.7, label="How sure it must be")
    """Probability that the network must give the new class before a change counts."""
    distance: Distance = "L2"
    """How a change is measured when the smallest is searched. L2: its length, which spreads it
    over many pixels. L1: the sum of its sizes, which leaves most pixels as they are."""
    strength: float = ladder(0.003, 0.01, 0.03, 0.1, default=0.03, label="Regularisation")
    """How much the regularisers count when a picture is made that a class scores highest."""


class MadeToOrderView(View):
    """Which pictures are shown."""

    above = True
    page: int = ladder(*range(1, tables.SHOWN // tables.ROWS + 1), default=1, label="Which four")
    """Which four of the pictures are shown."""


def run(config: MadeToOrderConfig) -> Run[MadeToOrderResult]:
    """Train crews of five networks of both kinds; each makes pictures, the others judge them."""
    board = Board(config)
    yield board.snapshot("drawing the pictures")
    for start in range(0, config.repetitions, crews.MEMBERS):
        seeds = config.seeds[start : start + crews.MEMBERS]
        stock = yield from relay(
            crews.gather(config.dataset, config.n_train, seeds),
            lambda _: board.snapshot("drawing the pictures"),
        )
        if start == 0:
            show_first(board, asked(stock, config.dataset, None))
            yield board.snapshot("drawing the pictures")
        training = crews.train(config.dataset, stock, config.hardening)
        crew = yield from relay(training, lambda n: board.step("training ten networks"))
        session = Session(board, stock, crew, first=start == 0)
        yield from session.changes()
        yield from session.favourites()
        yield from session.equal_lengths()
    return board.result()


def metrics(result: MadeToOrderResult) -> dict[str, Estimate]:
    """Headline numbers: how far, who agrees, and how sure of what."""
    found, judges = {}, ("itself", "standard", "hardened", "nearest_real")
    for arm in tables.NETWORKS:
        found[f"for_{arm}_length"] = t_interval(measured(result, arm, "length"), "L2")
        for judge, name in zip(tables.JUDGES, judges, strict=True):
            share = t_interval(measured(result, arm, judge), SHARE)
            found[f"for_{arm}_accepted_by_{name}"] = share
    for kind in ("standard_none", "standard_L2", "hardened_L2"):
        far = t_interval(favoured(result, kind, "distance"), "times")
        found[f"distance_{kind.lower()}".replace("none", "no_limit")] = far
    found["probability_standard_no_limit"] = t_interval(
        favoured(result, "standard_none", "own"), SHARE
    )
    return found


def finding(result: MadeToOrderResult) -> str:
    """Say whether the pictures made look like what they are taken for."""
    length = t_interval(measured(result, "standard", "length"))
    judged = {
        judge: t_interval(measured(result, "standard", judge), SHARE) for judge in tables.JUDGES
    }
    gain, even = gain_by_hardening(result), gain_at_equal_length(result)
    fare = "fare worse" if gain.high < 0 else "do not clearly fare better"
    fare = "fare better" if gain.low > 0 else fare
    return (
        f"A change of length {with_interval(length)} is enough for a standard network: "
        f"{with_interval(judged['others_standard'])} of others like it agree, but by the nearest "
        f"real picture {with_interval(judged['nearest'])} are of the new class. Those made for "
        f"hardened networks {fare} there ({with_interval(gain)}; {with_interval(even)} between "
        f"changes of equal length)."
    )


def cost(config: MadeToOrderConfig) -> Cost:
    """Expected cost of the crews: training, and making."""
    crews_made = config.repetitions / crews.MEMBERS
    hard = 3.0 if config.hardening == "adversarial" else 1.0
    if config.dataset == "digits":
        seconds, flops = 1.3 + 0.25 * hard, 3.5e10 + 5e9 * hard
    else:
        seconds, flops = 7.0 + 1.5 * hard, 2.3e11 + 3e10 * hard
    return Cost(flops=crews_made * flops, seconds=crews_made * seconds)


EXPERIMENT = Experiment(
    title="Made to order",
    question="What would have to change for another answer, and what does the network look for?",
    config=MadeToOrderConfig,
    view=MadeToOrderView,
    result=MadeToOrderResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="album",
            title="The smallest change to another answer",
            table=tables.album,
            chart=charts.album,
            caption=tables.album_caption,
            underlay=tables.album_pictures,
            live=True,
            note="A counterfactual is the nearest picture that gets another answer. The answer "
            "asked for is the class of the nearest real picture of another class, on the right. "
            "Orange pixels became brighter, blue ones darker, all on one scale. The random change "
            "is as long as the longer of the two, where black and white allow it.",
            panels=True,
        ),
        Figure(
            name="shares",
            title="Who agrees with the new answer",
            table=tables.shares,
            chart=charts.shares,
            caption=tables.shares_caption,
            live=True,
            note="Rows: pictures made for standard and for hardened networks, and two controls. "
            "The other networks learned from other seeds. The nearest real picture is looked "
            "up among the training pictures of all classes: it is no network, and cannot be "
            "fooled like one. Real pictures of the class show how good each judge is. The random "
            "changes and the real pictures are shown to standard networks as the network itself.",
        ),
        Figure(
            name="sizes",
            title="How far it went, and where it got",
            table=tables.sizes,
            chart=charts.sizes,
            caption=tables.sizes_caption,
            note="Pixels lie between 0 (black) and 1 (white). A pixel counts as changed when it "
            "moved by more than 0.1.",
            panels=True,
        ),
        Figure(
            name="lengths",
            title="The same, at equal length",
            table=tables.lengths,
            chart=charts.lengths,
            caption=tables.lengths_caption,
            note="Each picture is moved as far toward the new class as it goes within a length; "
            "or toward the nearest real picture; or anywhere. Bands: 95% intervals over the seeds.",
            panels=True,
        ),
        Figure(
            name="favourites",
            title="What each class scores highest",
            table=liked.favourites,
            chart=charts.favourites,
            caption=liked.favourites_caption,
            underlay=liked.favourite_pictures,
            live=True,
            note="Activation maximisation: from noise, pixels move to where the class's score "
            "rises. A regulariser keeps them small, or like their neighbours.",
            panels=True,
        ),
        Figure(
            name="praise",
            title="How sure networks are of it, and how far it is from anything real",
            table=liked.praise,
            chart=charts.praise,
            caption=liked.praise_caption,
            note="Means over the classes. 1 is the distance of a real picture to its nearest "
            "neighbour of the class among the training pictures.",
            panels=True,
        ),
    ),
    cost=cost,
    smallest=MadeToOrderConfig(n_train=200, repetitions=5, hardening="noise"),
    claims=CLAIMS,
    presets=(
        Preset("Shapes", {"dataset": "shapes", "repetitions": 5}, "Larger pictures; slower."),
        Preset("Few pixels", {"distance": "L1"}, "Changes that leave most pixels as they are."),
        Preset("Very sure", {"sure": 0.99}, "Changes that convince the network wholly."),
    ),
)
