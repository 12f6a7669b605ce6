"""What the literature says about networks under shift, and how a run speaks to it."""

from core.challenges.generalization.shift.config import (
    BASELINE,
    CNN,
    ENSEMBLE,
    OTHER,
    SAME,
    SCALED,
    STRONGEST,
    ShiftResult,
)
from core.lab.claims import Claim, claim

OVADIA = "Ovadia et al. 2019, abstract"
GUO = "Guo et al. 2017, abstract"
GEIRHOS = "Geirhos et al. 2018, abstract"
TURNED = {"kind": "rotation"}
WIDE = {"trained_to": STRONGEST}
CLAIMS: tuple[Claim[ShiftResult], ...] = (
    claim(
        "confident_and_wrong",
        "Far from its training data a network is surer than it is right: on digits turned by 90 "
        "degrees its mean confidence lies above its accuracy.",
        (OVADIA, "in words: shift is investigated for its effect on accuracy and calibration"),
        lambda r: r.overconfidence(STRONGEST), above=0, settings=TURNED, read=True,
    ),
    claim(
        "calibration_gets_worse_with_shift",
        "Calibration measured on test pictures like the training pictures does not carry over: the "
        "calibration error at 90 degrees is larger than without a shift.",
        OVADIA, lambda r: r.at("error", STRONGEST) - r.at("error", 0), above=0, settings=TURNED,
        read=True,
    ),
    claim(
        "temperature_scaling_calibrates",
        "Temperature scaling makes the calibration error on unshifted test pictures smaller.",
        (GUO, "in words: on most data sets temperature scaling is surprisingly effective"),
        lambda r: r.gain(SCALED, "error", 0), below=0, settings=TURNED, read=True,
    ),
    claim(
        "temperature_scaling_falls_short",
        "Calibrated on unshifted pictures, the network is still surer than it is right at 90 "
        "degrees.",
        (OVADIA, "in words: traditional post-hoc calibration does indeed fall short"),
        lambda r: r.overconfidence(STRONGEST, SCALED), above=0, settings=TURNED, read=True,
    ),
    claim(
        "ensembles_are_better_calibrated_under_shift",
        "An ensemble of five has a smaller calibration error at 90 degrees than one network.",
        (OVADIA, "in words: some methods that marginalize over models give surprisingly strong "
         "results"),
        lambda r: r.gain(ENSEMBLE, "error"), below=0, settings=TURNED, read=True,
    ),
    claim(
        "training_on_a_shift_helps_against_it",
        "Training on turned pictures raises the accuracy on pictures turned by 90 degrees.",
        (GEIRHOS, "in words: trained on a distortion, networks surpass people on that very one"),
        lambda r: r.gain(SAME), above=0, settings={**TURNED, **WIDE}, read=True,
    ),
    claim(
        "training_on_another_shift_does_not",
        "Training on noisy pictures is worth less against rotation than training on turned ones.",
        (GEIRHOS, "in words: extremely poor generalisation to other distortion types"),
        lambda r: r.at("accuracy", STRONGEST, SAME) - r.at("accuracy", STRONGEST, OTHER), above=0,
        settings={**TURNED, **WIDE}, read=True,
    ),
    claim(
        "convolutions_forgive_translations",
        "Convolutions whose strongest response counts, wherever it lies, are more accurate than "
        "fully connected layers on digits moved by 2 pixels, without having seen any.",
        "LeCun et al. 1998, section II A",
        lambda r: r.at("accuracy", 4, CNN) - r.at("accuracy", 4, BASELINE), above=0,
        settings={"kind": "translation"},
    ),
)  # fmt: skip
