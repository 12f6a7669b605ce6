"""The wave, asked for as a number."""

from dataclasses import replace

from core.challenges.toy import wave
from core.lab.guess import Guess


class RangedConfig(wave.WaveConfig):
    pass


EXPERIMENT = replace(
    wave.EXPERIMENT,
    title="Ranged",
    config=RangedConfig,
    smallest=RangedConfig(),
    guess=Guess("How far does the top lie above still water?", wave.height, scale=(0.0, 9.0, 1.0)),
)
