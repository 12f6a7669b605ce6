"""The wave with a question before it; `ranged` asks for a number."""

from dataclasses import replace

from core.challenges.toy import wave
from core.lab.guess import Answer, Guess


class GuessedConfig(wave.WaveConfig):
    pass


EXPERIMENT = replace(
    wave.EXPERIMENT,
    title="Guessed",
    config=GuessedConfig,
    smallest=GuessedConfig(),
    guess=Guess(
        "Is the top above three metres?",
        wave.height,
        (Answer("It is higher", low=3.0), Answer("It is lower", high=3.0)),
    ),
)
