"""A tour of five stops for a first visit: one thing to look at on each; left at any time.

Where a visitor stands is in the address, as in a lesson, so Back, reload and a link to it work.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core import challenges
from core.lab.challenge import Challenge
from core.lab.settings import Knob
from core.ui import links, navigation


@dataclass(frozen=True)
class Stop:
    """A stop of the tour.

    Attributes:
        slug: Of the challenge.
        name: Of the experiment.
        title: Of the experiment, as its widget writes it into the address; it stands here so that
            the home page imports none.
        words: What to look at there, one or two sentences.
        guess: Whether the question comes first there.
    """

    slug: str
    name: str
    title: str
    words: str
    guess: bool = False

    def parameters(self, number: int) -> dict[str, str]:
        """The address of the stop as the tour's `number`-th."""
        place = {links.key(self.slug, links.CHOICE): self.title}
        return {**place, links.GUESS: str(int(self.guess)), links.TOUR: str(number)}


STOPS = (
    Stop(
        "overfitting", "capacity", "Capacity",
        "**Guess first.** Pick an answer. Then compare it with the sentence under the figure, "
        "which is made from what was measured.", guess=True,
    ),
    Stop(
        "data_quality", "label_noise", "Wrong labels",
        "**Change something.** Press the first of “Try this”. The networks train while you watch, "
        "and the page says what is different from the run before.",
    ),
    Stop(
        "privacy", "membership", "Membership",
        "**Ask how sure it is.** Open “How sure”: what papers claim, and whether this run shows "
        "it. Numbers in brackets are intervals; one that reaches across zero decides nothing.",
    ),
    Stop(
        "interpretability", "gallery", "Saliency gallery",
        "**Bring something of your own.** Follow “Try yours” beside the question, draw a digit, "
        "and see which strokes the network goes by.",
    ),
    Stop(
        "fairness", "bias_sources", "Where bias comes from",
        "**Take it home.** Open “Take it with you”: a link to these settings, and the program "
        "that repeats them. “Audit your table” in the menu measures such gaps in a table of yours.",
    ),
)  # fmt: skip


def read(texts: list[str]) -> int | None:
    """Which stop a link names, counted from 1; None without one.

    Args:
        texts: What the address says, as often as it does.

    Raises:
        ValueError: If it is said twice or there is no such stop.
    """
    if not texts:
        return None
    numbers = {str(number): number for number in range(1, len(STOPS) + 1)}
    if len(texts) != 1 or texts[0] not in numbers:
        raise ValueError("no such stop")
    return numbers[texts[0]]


def refused() -> list[Knob]:
    """What the address says of the tour and nobody can follow, for `Address.refused`."""
    try:
        read(st.query_params.get_all(links.TOUR))
    except ValueError:
        return [Knob(links.TOUR, "Tour", "", "choice", ("none",), "none")]
    return []


def begin() -> None:
    """Offer the tour, on the home page."""
    words = f"Take the tour ({spelled(len(STOPS))} stops)"
    with st.container(key="tour-begin", width=240):  # The style sheet keeps its height.
        navigation.link(STOPS[0].slug, words, "tour", STOPS[0].parameters(1))


def spelled(n: int) -> str:
    """A small number in letters."""
    return ("no", "one", "two", "three", "four", "five", "six")[n]


def bar(challenge: Challenge, name: str) -> None:
    """Say what to look at on this stop, and lead on; nothing outside the tour.

    What the link says wrongly is told with its other mistakes, see `refused`.
    """
    try:
        number = read(st.query_params.get_all(links.TOUR))
    except ValueError:
        return
    if number is None:
        return
    stop = STOPS[number - 1]
    here = (challenge.slug, name) == (stop.slug, stop.name)
    with st.container(key="tour", gap="xsmall"):
        words = stop.words if here else "You have left the path; it goes on where you left it."
        st.markdown(f"**Tour {number}/{len(STOPS)}** · {words}")
        with st.container(horizontal=True, gap="medium"):
            _steps(number, here)
            if not here or number < len(STOPS):
                where = links.to_experiment(challenges.experiment(challenge.slug, name))
                navigation.link(challenge.slug, "Leave the tour", "close", where, quiet=True)


def _steps(number: int, here: bool) -> None:
    if not here:
        _link("Back to the stop", "undo", number)
        return
    # On first: at every stop the pointer is where it was pressed.
    if number < len(STOPS):
        _link("Next", "arrow_forward", number + 1)
    else:
        navigation.link("home", "Finish", "check", quiet=True)
    if number > 1:
        _link("Back", "arrow_back", number - 1)


def _link(label: str, icon: str, number: int) -> None:
    stop = STOPS[number - 1]
    navigation.link(stop.slug, label, icon, stop.parameters(number), quiet=True)
