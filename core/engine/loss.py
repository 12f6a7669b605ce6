"""Training losses beside cross-entropy: robust to wrong labels, focused, weighted or adjusted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Loss:
    """What a model's training minimises; cross-entropy where nothing is set.

    Evaluation is not changed by it: it reports plain cross-entropy.

    Attributes:
        robust: `q` of the generalized cross entropy `(1 - p**q) / q` of Zhang & Sabuncu (2018),
            in [0, 1]: 0 is cross-entropy, 1 the mean absolute error.
        focus: `gamma` of the focal loss `-(1 - p)**gamma * log(p)` of Lin et al. (2017), at least
            0, where it is cross-entropy.
        class_weights: What the loss of an example is multiplied with, one number per class, over
            0; all 1 when empty.
        offsets: Added to the logits of each class in training only, one number per class; with
            the logarithms of the class shares this is the logit-adjusted loss of Menon et al.
            (2021). None when empty.
    """

    robust: float = 0.0
    focus: float = 0.0
    class_weights: tuple[float, ...] = ()
    offsets: tuple[float, ...] = ()

    def fits(self, n_classes: int) -> bool:
        """Whether all numbers are in their range, and there is one per class."""
        given = self.class_weights, self.offsets
        per_class = all(len(numbers) in (0, n_classes) for numbers in given)
        alone = not (self.robust and self.focus)
        positive = all(weight > 0 for weight in self.class_weights)
        return per_class and alone and positive and 0 <= self.robust <= 1 and self.focus >= 0


CROSS_ENTROPY = Loss()
