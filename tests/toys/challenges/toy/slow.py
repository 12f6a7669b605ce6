"""A wave that takes half a minute."""

from dataclasses import replace

from core.challenges.toy import wave
from core.lab.run import Cost


class SlowConfig(wave.WaveConfig):
    pass


def run(config):
    return (yield from wave.wave(config, steps=3000, pause=0.01))


EXPERIMENT = replace(
    wave.EXPERIMENT,
    title="Slow",
    config=SlowConfig,
    run=run,
    cost=lambda c: Cost(flops=1e6, seconds=30.0),
    smallest=SlowConfig(),
)
