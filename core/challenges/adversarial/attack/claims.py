"""What the literature says about single attacks, and where our result says it."""

from core.challenges.adversarial.attack.config import AttackResult
from core.lab.claims import Claim, claim

STANDARD = {"training": "standard", "network": "CNN"}
MOST = "most images are more than half of them"
CLAIMS: tuple[Claim[AttackResult], ...] = (
    claim(
        "one_step_is_enough",
        "One step along the sign of the gradient takes accuracy, at a size of 0.1.",
        ("Goodfellow et al. 2015, section 4",
         "on MNIST, size 0.25: 89.4% of the images fool a maxout network"),
        lambda r: r.accuracy("FGSM") - r.clean_accuracy(), below=0, settings=STANDARD,
    ),
    claim(
        "noise_is_not_an_attack",
        "Random noise of the same size leaves more accuracy than PGD.",
        ("Fawzi et al. 2016, abstract", "bounds, no accuracy"),
        lambda r: r.accuracy("noise") - r.accuracy("PGD"), above=0, settings=STANDARD,
    ),
    claim(
        "many_steps_beat_one",
        "PGD leaves less accuracy than FGSM of the same size.",
        ("Madry et al. 2018, section 4", "no single number for an undefended network of this kind"),
        lambda r: r.accuracy("PGD") - r.accuracy("FGSM"), below=0,
        settings={**STANDARD, "steps": 20},
    ),
    claim(
        "deepfool_needs_less",
        "DeepFool's changes are smaller than FGSM's: at a length of 0.1 per pixel fewer "
        "images survive it.",
        ("Moosavi-Dezfooli et al. 2016, Table 1",
         "average lengths, smaller for DeepFool on every network"),
        lambda r: r.accuracy("DeepFool") - r.accuracy("FGSM"), below=0, settings=STANDARD,
    ),
    claim(
        "deepfool_goes_less_far",
        "DeepFool fools most images with a shorter change than FGSM.",
        "Moosavi-Dezfooli et al. 2016, Table 1",
        lambda r: r.shorter("DeepFool"), above=0.5, settings=STANDARD, reason=MOST,
    ),
    claim(
        "descent_goes_least_far",
        "Carlini & Wagner's attack fools most images with a shorter change still than DeepFool.",
        "Carlini & Wagner 2017",
        lambda r: r.shorter("CW"), above=0.5, settings=STANDARD, reason=MOST,
    ),
)  # fmt: skip
