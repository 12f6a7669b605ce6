"""The race: six ways to search for good settings, each with the same budget."""

from core.challenges.tuning.race.claims import CLAIMS
from core.challenges.tuning.race.config import (
    EXPECTED,
    FRESH,
    MEASURES,
    ONE_SEARCH,
    RaceConfig,
    RaceResult,
    RaceView,
)
from core.challenges.tuning.race.figures import FIGURES
from core.challenges.tuning.race.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import listed, with_interval
from core.metrics.families import one_of
from core.metrics.verdicts import DIFFERS, verdict
from core.models.searching import HALVING, METHODS, TPE

NAMES = {name: name.lower().replace(" ", "_").replace("-", "") for name in METHODS}


def metrics(result: RaceResult) -> dict[str, Estimate]:
    """Headline numbers: what each method is behind, and how many settings it looks at."""
    return {
        **{f"behind[{NAMES[name]}]": result.regret(name).estimate for name in METHODS},
        "lead_of_tpe_on_fresh": result.lead(TPE, FRESH).estimate,
        "settings_tried_by_halving": result.looked_at(HALVING).estimate,
        "share_of_the_learning_rate": result.share("learning rate", ONE_SEARCH).estimate,
    }


def finding(result: RaceResult) -> str:
    """Say who ends ahead of random search, and who behind, as far as the intervals allow."""
    told, many = [], len(METHODS)
    for measure in MEASURES:
        leads = {name: one_of(result.lead(name, measure).estimate, many) for name in METHODS}
        apart = {n: e for n, e in leads.items() if verdict(e.low, e.high, e.n) == DIFFERS}
        ahead = listed([n for n, e in apart.items() if e.low > 0])
        behind = listed([n for n, e in apart.items() if e.high < 0])
        said = [f"{ahead} clearly ahead" if ahead else "", f"{behind} clearly behind" if behind
                else ""]  # fmt: skip
        told.append(
            f"on {measure}, {' and '.join(filter(None, said)) or 'no method clearly apart'}"
        )
    random, tpe = result.regret(EXPECTED).estimate, one_of(result.lead(TPE).estimate, many)
    return (
        f"After {result.budget} trainings the expected regret of random search, what its pick "
        f"lacks of the best setting's accuracy, is {with_interval(random)}. Held against it: "
        f"{'; '.join(told)}. TPE's pick against random search's: {with_interval(tpe)}."
    )


EXPERIMENT = Experiment(
    title="The race",
    question="Which way of searching finds good settings with the fewest trainings?",
    config=RaceConfig,
    view=RaceView,
    result=RaceResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=RaceConfig(
        knobs=2, useless_knobs=1, budget=12, searches=1, n_validation=50, steps=45, repetitions=5
    ),
    claims=CLAIMS,
    varies="training examples, initial weights, order of examples, what the methods draw. Digits: "
    "each seed splits the same 1,797, so held-out sets overlap. MNIST-1D: all seeds share one "
    "held-out set",
    guess=Guess(
        "Random search throws dice for 36 settings. TPE models what it has seen, and asks where it "
        "expects most. How much more accurate on fresh examples is the network that TPE ends with?",
        lambda r: r.lead(TPE, FRESH),
        (
            Answer("Random search's is as good, or better", high=0.0),
            Answer("Up to 4 points", low=0.0, high=0.04),
            Answer("From 4 to 10 points", low=0.04, high=0.1),
            Answer("More than that", low=0.1),
        ),
    ),
    prompts=(
        Prompt("Add two useless knobs", {"useless_knobs": 2},
               "Which method wastes its budget on them?"),
        Prompt("Cut the budget to a third", {"budget": 12},
               "Who needs many trials before it is better than dice?"),
        Prompt("Pick on 50 examples", {"n_validation": 50},
               "How much of each lead is left on fresh examples?"),
    ),
)  # fmt: skip
