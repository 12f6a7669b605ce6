"""Concepts: does a network use what a person would call stripes? TCAV, and what keeps it honest."""

from __future__ import annotations

from core.challenges.interpretability import concepts_data as worlds
from core.challenges.interpretability import networks
from core.challenges.interpretability.charts import concepts as charts
from core.challenges.interpretability.concepts_board import Board, ConceptsResult
from core.challenges.interpretability.concepts_claims import CLAIMS, effect, score
from core.challenges.interpretability.concepts_data import ARMS, CONCEPTS, LAYERS, Sort
from core.challenges.interpretability.tables import concepts as tables
from core.challenges.interpretability.tables.concepts import agreement, alarm_rate
from core.lab.experiment import Experiment, Figure, Preset
from core.lab.intervals import POINTS, SHARE, Estimate, t_interval
from core.lab.run import Cost, Run, relay
from core.lab.settings import Config, View, ladder
from core.lab.wording import with_interval


class ConceptsConfig(Config):
    """What is painted, trained and asked."""

    share: float = ladder(0.25, 0.5, 0.75, 0.9, 1.0, default=1.0, label="Striped discs")
    """Share of the training discs that are striped in the first network. None of its other shapes
    ever is. In the second network half of every shape is striped."""
    strength: float = ladder(0.25, 0.5, 0.75, 1.0, default=1.0, label="Darkness of the texture")
    """How much of their brightness the stripes and the dots take away; 1 leaves them black."""
    concept_shown_as: Sort = "shapes"
    """What the pictures that stand for a concept show: shapes filled with the texture, as the
    networks meet it, or the texture alone over the whole picture."""
    examples: int = ladder(10, 20, 40, 60, 80, default=40, label="Pictures per set")
    """How many pictures stand for a concept, and for each set of random pictures."""
    random_sets: int = ladder(5, 10, 15, 20, default=10, label="Random sets")
    """How many sets of random pictures a concept is told apart from, one after the other, and how
    many further random sets pose as a concept."""
    n_train: int = ladder(250, 500, 1000, 1500, default=1000, label="Training pictures")
    """How many pictures each network learns from, a fifth of them discs."""
    epochs: int = ladder(1, 3, 6, 8, 12, default=6)
    """Passes over the training pictures."""


class ConceptsView(View):
    """What is shown."""

    shape: tables.ShapeName = "disc"
    """Whose score is asked about, in the figure of scores; the next one draws its dots large."""
    layer: tables.LayerName = "conv2"
    """At which layer activations are looked at; the first sees the picture most directly."""
    effect_on: tables.EffectName = "probability"
    """What painting a texture in is compared by: the probability of the shape, or its logit, the
    number before it, which never saturates."""


def run(config: ConceptsConfig) -> Run[ConceptsResult]:
    """Train a network in each world, paint the textures in, and ask for scores."""
    board = Board(config)
    yield board.snapshot("drawing the sets")
    for seed in config.seeds:
        sets = yield from relay(
            worlds.draw_sets(
                config.concept_shown_as, config.examples, config.random_sets, config.strength, seed
            ),
            lambda _: board.snapshot("drawing the sets"),
        )
        if seed == config.first_seed:
            board.shown(sets)
        drawn = {}
        for purpose, n in (("train", config.n_train), ("test", worlds.N_TEST)):
            drawn[purpose] = yield from relay(
                worlds.draw(n, seed, purpose), lambda _: board.snapshot("drawing pictures")
            )
        for arm in ARMS:
            data = worlds.world(drawn["train"], arm, config.share, config.strength, seed)
            net = yield from relay(
                networks.train(data, seed, config.epochs),
                lambda step: board.snapshot("training a network", step),
            )
            board.done += board.steps
            yield from board.painted_in(seed, arm, net, drawn["test"])
            yield from board.scored(seed, arm, net, drawn["test"], sets)
    return board.result()


ASKED = {
    "stripes_that_decide": ("bound", "stripes"),
    "dots": ("bound", "dots"),
    "stripes_everywhere": ("everywhere", "stripes"),
}
"""Concepts the headline numbers speak of, and the network that is asked."""


def metrics(result: ConceptsResult) -> dict[str, Estimate]:
    """Headline numbers: score and effect for discs, and how often nothing sounds the alarm."""
    found = {}
    for name, (arm, concept) in ASKED.items():
        found[f"score_of_{name}"] = t_interval(score(result, arm, concept), SHARE)
        found[f"effect_of_{name}"] = t_interval(effect(result, arm, concept), POINTS)
    for name, rule in (("t_test", "t_test"), ("random_concepts", "band")):
        found[f"false_alarms_by_{name}"] = t_interval(alarm_rate(result, rule, "random"), SHARE)
    found["agreement_with_effect"] = t_interval(agreement(result, "probability"))
    return found


def finding(result: ConceptsResult) -> str:
    """Say what the score found, where it was wrong, and what the controls caught."""
    found = {name: with_interval(value) for name, value in metrics(result).items()}
    stripes, dots = list(ASKED)[:2]
    return (
        f"Where only discs are striped, the TCAV score of stripes is {found[f'score_of_{stripes}']}"
        f" and painting them in changes the probability of a disc by "
        f"{found[f'effect_of_{stripes}']}; dots, which are on every shape, score "
        f"{found[f'score_of_{dots}']} and change it by {found[f'effect_of_{dots}']}. Random "
        f"pictures posing as a concept sound the t test in {found['false_alarms_by_t_test']} of "
        f"tests, and stand out among random concepts in "
        f"{found['false_alarms_by_random_concepts']}."
    )


def cost(config: ConceptsConfig) -> Cost:
    """Expected cost: two networks a seed, and a classifier per concept, random set and layer."""
    nets = config.repetitions * len(ARMS)
    trained = nets * config.n_train * config.epochs
    sets = nets * len(LAYERS) * config.random_sets * (config.random_sets + len(CONCEPTS))
    solved = sets * config.examples**2
    return Cost(flops=3e6 * trained + 1e4 * solved, seconds=0.1 + 7e-5 * trained + 4e-7 * solved)


EXPERIMENT = Experiment(
    title="Concepts",
    question="Does a network use what a person would call stripes, and can a score tell?",
    config=ConceptsConfig,
    view=ConceptsView,
    result=ConceptsResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=(
        Figure(
            name="pictures",
            title="What stands for a concept",
            table=tables.pictures,
            chart=charts.pictures,
            caption=tables.pictures_caption,
            underlay=tables.painted,
            live=True,
            panels=True,
            note="A classifier learns to tell the pictures of a set from random ones by what a "
            "layer makes of them. The direction it finds stands for the concept.",
        ),
        Figure(
            name="scores",
            title="TCAV scores at each layer",
            table=tables.scores,
            chart=charts.scores,
            caption=tables.scores_caption,
            live=True,
            note="The score is the share of a shape's pictures whose logit rises along the "
            "concept. Grey: where one more set of random pictures would lie, 19 times in 20.",
            panels=True,
        ),
        Figure(
            name="effects",
            title="The score against what painting it in does",
            table=tables.effects,
            chart=charts.effects,
            caption=tables.effects_caption,
            live=True,
            note="One dot per texture and shape, the chosen shape in full colour. If the score "
            "spoke of causes, dots right of the vertical line would lie above the horizontal one, "
            "and dots left of it below.",
            panels=True,
        ),
        Figure(
            name="alarms",
            title="How often a concept is called significant",
            table=tables.alarms,
            chart=charts.alarms,
            caption=tables.alarms_caption,
            note="Over all shapes. The dashed line is the 5% that each rule allows itself where "
            "nothing is to be found; Bonferroni's correction allows less.",
        ),
        Figure(
            name="vectors",
            title="Can the concept be told from random pictures?",
            table=tables.vectors,
            chart=charts.vectors,
            caption=tables.vectors_caption,
            note="On pictures the classifier has not seen. A direction that does not tell them "
            "apart stands for nothing, whatever its score.",
            panels=True,
        ),
    ),
    cost=cost,
    smallest=ConceptsConfig(n_train=250, epochs=1, examples=10, random_sets=5),
    claims=CLAIMS,
    presets=(
        Preset("Half the discs", {"share": 0.5}, "Stripes that do not always decide."),
        Preset(
            "Textures alone", {"concept_shown_as": "textures"}, "Concept pictures without shapes."
        ),
        Preset("Few pictures", {"examples": 10}, "Ten pictures for each set."),
    ),
)
