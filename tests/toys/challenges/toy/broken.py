"""A run that fails half way, with a visitor's value in its message."""

from dataclasses import replace

from core.challenges.toy import wave


class BrokenConfig(wave.WaveConfig):
    pass


def run(config):
    yield from wave.wave(config, steps=10, pause=0.01)
    raise RuntimeError(f"secret height {config.height}")


EXPERIMENT = replace(
    wave.EXPERIMENT, title="Broken", config=BrokenConfig, run=run, smallest=BrokenConfig()
)
